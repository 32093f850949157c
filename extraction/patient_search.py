"""Which patient of a center a person means, who writes a patient id or a pseudonym."""

from centers.models import Center
from extraction.held_slices import entries_of
from extraction.models import ChartEntry, HeldSlice
from extraction.pseudonyms import LENGTH, Pseudonym, patients_of


def patient_named(center: Center, text: str) -> str:
    """The patient id; what is no pseudonym of a patient of this center is taken for an id as it is."""
    text = text.strip()
    short = Pseudonym.parse(f"{center.center_id}.{text}") if len(text) == LENGTH else None
    pseudonym = short or Pseudonym.parse(text)
    if pseudonym is None or pseudonym.center_id != center.center_id:
        return text
    found = patients_of(pseudonym, patient_ids(center))
    return found[0] if found else text


def patient_ids(center: Center) -> set[str]:
    """All patients of whom anything is there, held days included."""
    landed = ChartEntry.objects.filter(center=center).order_by().values_list("patient_id", flat=True).distinct()
    held = HeldSlice.objects.filter(center=center).exclude(content="").values_list("content", flat=True)
    return {*landed, *(entry.patient_id for content in held for entry in entries_of(content))}
