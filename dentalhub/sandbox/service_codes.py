"""Service codes as the practices of each country write them (*pure*)."""

from collections.abc import Mapping
from types import MappingProxyType

# BEMA (statutory) and GOZ (private) stand side by side in a German practice.
_GERMAN = (
    *("01", "Ä1", "04", "107", "13a", "13b", "13c", "13d", "25", "26", "28", "32", "34", "35", "38", "40"),
    *("41a", "43", "44", "45", "46", "47a", "49", "50", "51b", "56c", "8", "12", "IP1", "IP2", "IP4", "FU1"),
    *("Ä925a", "Ä935d", "Ä161", "105", "UPTa", "ATG", "MHU", "AITa"),
    *("0010", "0080", "0090", "0100", "1000", "1040", "2030", "2060", "2080", "2100", "2120", "2197", "2210"),
    *("2390", "2400", "2410", "2420", "2440", "3000", "3010", "3290", "4050", "4055", "4070", "5000a", "Ä5004"),
)
_AUSTRIAN = (
    *("Z1", "Z2", "Z3", "FÜ1", "FÜ2", "FÜ3", "EX", "AN1", "WB1", "WB2", "WB3", "VN", "TR", "ZST", "MH", "PZR"),
    *("10", "11", "12", "13a", "20", "22", "34", "35", "RÖ1", "OPG", "KR", "IMPL", "SCH"),
)
_SWISS = (
    *("4.0000", "4.0010", "4.0050", "4.0070", "4.0100", "4.0110", "4.0500", "4.0650", "4.0900", "4.1000"),
    *("4.2000", "4.2010", "4.2500", "4.3000", "4.5010", "4.5510", "4.5520", "4.6000", "4.7100", "4.8010"),
)
SERVICE_CODES: Mapping[str, tuple[str, ...]] = MappingProxyType({"DE": _GERMAN, "AT": _AUSTRIAN, "CH": _SWISS})
