"""What the vocabulary pages send."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LARGEST_FILE = 1_000_000


class VocabularyFileForm(forms.Form):
    """A vocabulary file, uploaded or pasted."""

    upload = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("YAML, as another network's export wrote it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yml,.yaml"}),
    )
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        max_length=LARGEST_FILE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "mono", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Put the text of an uploaded file into `text`."""
        cleaned: dict[str, Any] = super().clean() or {}
        upload = cleaned.get("upload")
        if upload is not None:
            if upload.size > LARGEST_FILE:
                raise forms.ValidationError(_("The file is larger than 1 MB."))
            try:
                cleaned["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError(_("The file is not UTF-8 text.")) from None
        if not cleaned.get("text", "").strip():
            raise forms.ValidationError(_("Choose a file or paste its text."))
        return cleaned
