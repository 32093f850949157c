"""The list of database servers: its columns and its filter's parameters."""

from django.utils.translation import gettext_lazy as _

from dentalhub.list_pages import ListPage, register
from dentalhub.list_sorting import Column, folded, number

SERVERS = register(
    ListPage(
        name="servers",
        title=_("Database servers"),
        view="centers:server_list",
        columns=(
            Column("server", _("Server"), ("code",)),
            Column("region", _("Region"), (folded("region__name"),)),
            Column("host", _("Host"), ("host", "port")),
            number("port", _("Port"), "port"),
            Column("encryption", _("Encryption"), ("encrypt", "tls")),
            Column("password", _("Password")),
            number("connections", _("Connections at once"), "max_connections"),
            number("centers", _("Centers"), "center_count"),
        ),
        default="server",
        target="server-table",
        has_csv=False,
        parameters=("q", "region"),
    )
)
