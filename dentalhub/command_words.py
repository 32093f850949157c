"""What argparse and Django's commands say in English, for the catalogue: nobody else marks it. *Pure*."""

from django.utils.translation import gettext_noop, ngettext_lazy

ARGPARSE = (
    gettext_noop("usage: "),
    gettext_noop("positional arguments"),
    gettext_noop("options"),
    gettext_noop("show this help message and exit"),
    gettext_noop("%(prog)s: error: %(message)s\n"),
    gettext_noop("argument %(argument_name)s: %(message)s"),
    gettext_noop("the following arguments are required: %s"),
    gettext_noop("one of the arguments %s is required"),
    gettext_noop("not allowed with argument %s"),
    gettext_noop("unrecognized arguments: %s"),
    gettext_noop("expected one argument"),
    gettext_noop("expected at least one argument"),
    gettext_noop("expected at most one argument"),
    gettext_noop("ambiguous option: %(option)s could match %(matches)s"),
    gettext_noop("ignored explicit argument %r"),
    gettext_noop("invalid %(type)s value: %(value)r"),
    gettext_noop("invalid choice: %(value)r (choose from %(choices)s)"),
)
ARGPARSE_PLURALS = (ngettext_lazy("expected %s argument", "expected %s arguments"),)
# The sandbox runs without Django, which would mark them.
SANDBOX = (
    gettext_noop("number of centers (default: 30)"),
    gettext_noop("another seed makes another network (default: 7)"),
    gettext_noop("mean chart entries per center and day"),
    gettext_noop("business days of data (default: %(default)s)"),
    gettext_noop("address to listen on (default: 127.0.0.1)"),
    gettext_noop("port of the first server; 0 takes free ports"),
    gettext_noop("delay of each login"),
    gettext_noop("delay of each query"),
    gettext_noop("delay of a query of a slow center"),
    gettext_noop("make a center misbehave: %(kinds)s"),
    gettext_noop("offer TLS (default: on)"),
    gettext_noop("log the text of each statement"),
)
DJANGO = (
    gettext_noop("Show program's version number and exit."),
    gettext_noop("Verbosity level; 0=minimal output, 1=normal output, 2=verbose output, 3=very verbose output"),
    gettext_noop(
        "The Python path to a settings module, e.g. "
        '"myproject.settings.main". If this isn\'t provided, the '
        "DJANGO_SETTINGS_MODULE environment variable will be used."
    ),
    gettext_noop('A directory to add to the Python path, e.g. "/home/djangoprojects/myproject".'),
    gettext_noop("Display a full stack trace on CommandError exceptions."),
    gettext_noop("Don't colorize the command output."),
    gettext_noop("Force colorization of the command output."),
    gettext_noop("Skip system checks."),
)
