"""What the vocabulary pages send."""

from typing import Any

from django.utils.translation import gettext as _

from dentalhub.file_form import FileOrTextForm

LARGEST_FILE = 1_000_000


class VocabularyFileForm(FileOrTextForm):
    """A vocabulary file, uploaded or pasted."""

    largest = LARGEST_FILE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].help_text = _("YAML, as another network's export wrote it.")
        self.fields["upload"].widget.attrs["accept"] = ".yml,.yaml"
