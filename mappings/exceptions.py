"""What can go wrong with a mapping. *Pure*."""


class MappingsError(Exception):
    """Base of this app's errors; its text is fit for the screen."""


class MappingFileError(MappingsError):
    """A mapping file is unusable."""


class TransitionError(MappingsError):
    """The step is not allowed in the mapping's present state, or not for this person."""


class StaleError(TransitionError):
    """The content is not the one that the person saw."""


class ComparisonError(MappingsError):
    """A side of a comparison does not exist."""


class MappingFolderError(MappingsError):
    """A folder or bucket for mapping files cannot be used."""
