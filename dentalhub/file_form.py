"""A form for a text file: uploaded, or pasted."""

from typing import Any, ClassVar

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dentalhub.text_files import too_large


class FileOrTextForm(forms.Form):
    """After validation `text` holds what was uploaded or pasted. `largest`: the most characters or bytes of either."""

    largest: ClassVar[int]

    upload = forms.FileField(label=gettext_lazy("File"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "mono", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Put the text of an uploaded file into `text`."""
        cleaned: dict[str, Any] = super().clean() or {}
        upload: File[bytes] | None = cleaned.get("upload")
        if upload is not None:
            cleaned["text"] = self._uploaded(upload)
        if not cleaned.get("text", "").strip():
            raise forms.ValidationError(_("Choose a file or paste its text."))
        if len(cleaned["text"]) > self.largest:
            raise forms.ValidationError(too_large(self.largest))
        return cleaned

    def _uploaded(self, upload: "File[bytes]") -> str:
        if (upload.size or 0) > self.largest:
            raise forms.ValidationError(too_large(self.largest))
        try:
            text: str = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not UTF-8 text.")) from None
        return text
