"""Words of addresses: abbreviations, kinds of road, building, flat and floor, and counties."""

UNIT_WORDS = frozenset({"flat", "unit", "room", "studio", "maisonette", "suite", "floor"})
"""Words that name a part of a building when a number or letter follows."""

FULL_WORDS = {
    "apartment": "flat", "apt": "flat", "appartment": "flat", "appt": "flat", "flt": "flat",
    "fl": "flat", "rm": "room", "ste": "suite", "av": "avenue", "ave": "avenue", "avn": "avenue",
    "bldg": "building", "bldgs": "buildings", "blvd": "boulevard", "bsmt": "basement",
    "bsmnt": "basement", "cl": "close", "clo": "close", "cott": "cottage", "cotts": "cottages",
    "cres": "crescent", "cresc": "crescent", "crt": "court", "ct": "court", "dr": "drive",
    "drv": "drive", "est": "estate", "gdn": "garden", "gdns": "gardens", "gr": "grove",
    "gro": "grove", "grn": "green", "grd": "ground", "gnd": "ground", "hse": "house",
    "hts": "heights", "ind": "industrial", "la": "lane", "ln": "lane", "lwr": "lower",
    "mnr": "manor", "mt": "mount", "nr": "near", "nth": "north", "opp": "opposite",
    "pde": "parade", "pk": "park", "pl": "place", "prom": "promenade", "rd": "road",
    "saint": "st", "sq": "square", "sth": "south", "str": "street", "strt": "street",
    "ter": "terrace", "terr": "terrace", "tce": "terrace", "upr": "upper", "vw": "view",
    "wlk": "walk", "wy": "way",
}  # fmt: skip

FLOORS = {
    "ground": "ground", "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3",
    "3rd": "3", "fourth": "4", "4th": "4", "fifth": "5", "5th": "5", "sixth": "6", "6th": "6",
    "top": "top", "basement": "basement", "lower": "lower", "upper": "upper",
    "garden": "garden", "attic": "attic",
}  # fmt: skip
"""How floors are said, and their one form."""

NUMBER_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip

ROAD_WORDS = frozenset(
    {
        "street", "st", "road", "avenue", "close", "lane", "way", "drive", "gardens", "garden",
        "court", "crescent", "grove", "green", "hill", "row", "mews", "place", "parade", "park",
        "promenade", "square", "terrace", "walk", "estate", "boulevard", "mount", "rise", "view",
        "yard", "quay", "wharf", "vale", "end", "path", "passage", "approach", "broadway",
        "esplanade", "bank", "common", "cottages", "buildings", "building", "house", "heights",
    }
)  # fmt: skip
"""Words that a street or a building that serves as one ends with."""

BUILDING_WORDS = frozenset(
    {
        "cottage", "cottages", "house", "court", "lodge", "farm", "barn", "villa", "villas",
        "hall", "manor", "mansions", "tower", "towers", "heights", "building", "buildings",
        "point", "grange", "vicarage", "rectory", "hospital", "school", "inn",
    }
)  # fmt: skip

SIDES = frozenset({"north", "south", "east", "west"})

KEPT_WORDS = frozenset(
    {
        "rear", "opposite", "outside", "near", "behind", "above", "below", "adjacent", "beside",
        "garage", "garages", "land", "annexe", "annex", "shed", "outbuilding", "yard", "upper",
        "lower", "basement", "stop",
    }
)  # fmt: skip
"""Words that make a place another one than the address they stand beside."""

COUNTIES = frozenset(
    {
        "bedfordshire", "berkshire", "buckinghamshire", "cambridgeshire", "cheshire",
        "cleveland", "clwyd", "cornwall", "cumbria", "derbyshire", "devon", "dorset", "dyfed",
        "east sussex", "essex", "gloucestershire", "greater london", "greater manchester",
        "gwent", "gwynedd", "hampshire", "hertfordshire", "isle of wight", "kent",
        "lancashire", "leicestershire", "lincolnshire", "merseyside", "norfolk", "surrey",
        "north yorkshire", "northamptonshire", "northumberland", "nottinghamshire",
        "oxfordshire", "powys", "rutland", "shropshire", "somerset", "south yorkshire",
        "staffordshire", "suffolk", "sussex", "tyne and wear", "warwickshire", "west midlands",
        "west sussex", "west yorkshire", "wiltshire", "worcestershire", "yorkshire", "england",
        "wales", "uk", "united kingdom", "great britain",
    }
)  # fmt: skip
"""Counties and countries, which an address may end with and lose without becoming another."""
