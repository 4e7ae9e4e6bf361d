"""The picture of where the units are: areas of counties within those of their prefectures, as large as their number of
units.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.domain.regions import Region
from patients.domain.divisions import is_county, words_of

_PREFECTURE_DIGITS = 4


def region_map(regions: list[Region], urls: dict[str, str]) -> dict[str, Any]:
    """The data of the picture. A county whose division is known lies in its prefecture, any other stands by itself.
    `urls`: where each region leads, by its key.
    """
    within: dict[str, list[dict[str, Any]]] = {}
    for region in regions:
        above = words_of(region.key[:_PREFECTURE_DIGITS]) if is_county(region.key) else ""
        within.setdefault(above, []).append(_area(region, above, urls[region.key]))
    alone = within.pop("", [])
    wider = [{"name": name, "children": areas, "value": _sum(areas)} for name, areas in within.items()]
    for area in wider:
        area["said"] = _said(area["name"], area["value"])
    return {"kind": "areas", "areas": sorted([*wider, *alone], key=lambda one: -one["value"])}


def finding(regions: list[Region]) -> str:
    """What the picture shows, in one sentence."""
    most = max(regions, key=lambda one: one.units)
    words = {"regions": len(regions), "name": most.name or _("No known region"), "n": most.units}
    return _("Units in %(regions)s regions, most of them in %(name)s: %(n)s") % words


def _area(region: Region, above: str, url: str) -> dict[str, Any]:
    signed = region.states.get("signed", 0)
    name = region.name.removeprefix(above) or _("No known region")
    tone = "accent" if 2 * signed >= region.units else "tint" if signed else "quiet"
    said = _("%(units)s, %(n)s of them signed") % {"units": _said(name, region.units), "n": signed}
    return {"name": name, "value": region.units, "url": url, "tone": tone, "said": said}


def _sum(areas: list[dict[str, Any]]) -> int:
    return sum(area["value"] for area in areas)


def _said(name: str, units: int) -> str:
    return ngettext("%(name)s: %(n)s unit", "%(name)s: %(n)s units", units) % {"name": name, "n": units}
