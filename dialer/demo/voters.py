"""An invented voter file in North Carolina's layout, for the demo, the tests and the benchmarks.

Nobody in it exists. Its telephone numbers are of exchanges that have no subscribers (555, and the
test exchanges 958 and 959) as long as these suffice, and they never leave the loopback interface:
the demo's only trunk ends in the simulated telephone network on this machine. No file of this
module may be given to a campaign with a real trunk.
"""

import csv
import random
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

_NC_COLUMNS = """
    county_id county_desc voter_reg_num ncid last_name first_name middle_name name_suffix_lbl
    status_cd voter_status_desc reason_cd voter_status_reason_desc res_street_address res_city_desc
    state_cd zip_code mail_addr1 mail_addr2 mail_addr3 mail_addr4 mail_city mail_state mail_zipcode
    full_phone_number confidential_ind registr_dt race_code ethnic_code party_cd gender_code
    birth_year age_at_year_end birth_state drivers_lic precinct_abbrv precinct_desc
    municipality_abbrv municipality_desc ward_abbrv ward_desc cong_dist_abbrv super_court_abbrv
    judic_dist_abbrv nc_senate_abbrv nc_house_abbrv county_commiss_abbrv county_commiss_desc
    township_abbrv township_desc school_dist_abbrv school_dist_desc fire_dist_abbrv fire_dist_desc
    water_dist_abbrv water_dist_desc sewer_dist_abbrv sewer_dist_desc sanit_dist_abbrv
    sanit_dist_desc rescue_dist_abbrv rescue_dist_desc munic_dist_abbrv munic_dist_desc
    dist_1_abbrv dist_1_desc vtd_abbrv vtd_desc
"""
NC_HEADER = tuple(_NC_COLUMNS.split())
"""The 67 columns of ncvoter*.txt."""

HEADER = (*NC_HEADER, "line_type", "timezone")
"""With two columns more, as a campaign has it that looked its numbers up and keeps what people
told it of where they live."""

_AREA_CODES = {
    "NC": ("919", "984", "704", "336", "828", "910", "252", "980", "743", "472"),
}
_NO_SUBSCRIBERS = (555, 958, 959)
_SERVICE_EXCHANGES = frozenset({950, 976, *(100 * n + 11 for n in range(2, 10))})

_COUNTIES = (
    ("1", "ALAMANCE", "BURLINGTON", "27215"), ("11", "BUNCOMBE", "ASHEVILLE", "28801"),
    ("26", "CUMBERLAND", "FAYETTEVILLE", "28301"), ("32", "DURHAM", "DURHAM", "27701"),
    ("41", "GUILFORD", "GREENSBORO", "27401"), ("60", "MECKLENBURG", "CHARLOTTE", "28202"),
    ("65", "NEW HANOVER", "WILMINGTON", "28401"), ("74", "PITT", "GREENVILLE", "27834"),
    ("92", "WAKE", "RALEIGH", "27601"),
)  # fmt: skip
_FIRST = (
    "ADA", "AMOS", "BEATRIZ", "BENNO", "CLEO", "CYRIL", "DELIA", "DUNCAN", "EDITH", "EMIL",
    "FLORA", "FELIX", "GRETA", "GUS", "HATTIE", "HUGO", "INÉS", "IVOR", "JOSEFA", "JUDE", "KAYA",
    "KNUT", "LORENA", "LUCIUS", "MABEL", "MOSES", "NELLIE", "NOÉ", "OLIVE", "OTIS", "PEARL",
    "PERCY", "QUINN", "RAMONA", "RUFUS", "SELMA", "SILAS", "TESS", "THADDEUS", "URSULA", "VERA",
    "WALDO", "WINIFRED", "XENIA", "YUSUF", "ZELDA",
)  # fmt: skip
_LAST = (
    "ABERNOON", "ASHWICK", "BARLOWE-PIKE", "BRAMBLETT", "CANTERO", "COLDWATER", "DELACRUX",
    "DUNMOOR", "EASTERLUND", "ELMSTEAD", "FAIRWINTER", "FENNIMORE", "GALLOWGLASS", "GREENTREE",
    "HOLLOWELL", "HUERTA-PAZ", "IRONWOOD", "JUNIPERO", "KESTRELMAN", "LARKSPUR", "LINDQUIST-OH",
    "MARROWBONE", "MUÑOZA", "NIGHTINGALE", "O'DUNNE", "OAKHAVEN", "PEMBERLOW", "QUILLFEATHER",
    "RAVENSCROFT", "REDFERN-LEE", "SALTMARSH", "SEQUOIA", "THISTLEWOOD", "UNDERHILLS", "VANTERPOL",
    "WINTERBORNE", "YARROWAY", "ZELLERBAUM",
)  # fmt: skip
_STREETS = ("MAIN ST", "OAK RIDGE RD", "MILL POND LN", "CHURCH ST", "TOBACCO RD", "DOGWOOD AVE")
_PHONE_STYLES = ("{}{}{}", "{} {}{}", "({}) {}-{}", "{}-{}-{}", "1{}{}{}")
_BAD_NUMBERS = ("", "", "", "555-0100", "000 0000000", "UNLISTED", "8005550100", "911")


def write_voter_file(
    path: Path, rows: int, seed: int, area: str = "NC", time_zone: str = ""
) -> None:
    """Write `rows` invented voters, the same for the same seed: tab-separated, ISO-8859-1.

    `time_zone` is where they say they live, if not where their number is from.

    About 93 of 100 can be called. The rest are confidential, removed, without a usable number, or
    a repetition; about 6 in 100 share the number of the row before (a household).
    """
    with path.open("w", encoding="iso-8859-1", newline="") as out:
        writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(HEADER)
        for voter in islice(_voters(random.Random(seed), area), rows):
            writer.writerow([{**voter, "timezone": time_zone}.get(name, "") for name in HEADER])


def _voters(draw: random.Random, area: str) -> Iterator[dict[str, str]]:
    numbers = _numbers(_AREA_CODES[area])
    before: dict[str, str] | None = None
    for serial in count(1):
        fate = draw.random()
        if before and fate < 0.01:
            yield before
            continue
        voter = _voter(draw, serial, area)
        if before and fate < 0.07:
            voter["full_phone_number"] = before["full_phone_number"]
            voter["last_name"] = before["last_name"]
            voter["line_type"] = before["line_type"]
        elif fate < 0.10:
            voter["full_phone_number"] = draw.choice(_BAD_NUMBERS)
        else:
            voter["full_phone_number"] = draw.choice(_PHONE_STYLES).format(*next(numbers))
        yield voter
        before = voter


def _numbers(area_codes: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Area code, exchange and line of ever new numbers; exchanges without subscribers first."""
    ordinary = (n for n in range(200, 999) if n not in _SERVICE_EXCHANGES | {*_NO_SUBSCRIBERS})
    for exchange in (*_NO_SUBSCRIBERS, *ordinary):
        for step in range(10_000):
            line = step * 7919 % 10_000  # every line once, in scattered order
            if (exchange, line) == (555, 1212):
                continue
            for area_code in area_codes:
                yield area_code, str(exchange), f"{line:04}"


def _voter(draw: random.Random, serial: int, area: str) -> dict[str, str]:
    """One voter, all but the telephone number."""
    county_id, county, city, zip_code = draw.choice(_COUNTIES)
    status = draw.choices("AIR", (92, 6, 2))[0]
    born = draw.randint(1932, 2006)
    return {
        "county_id": county_id,
        "county_desc": county,
        "voter_reg_num": f"{serial:012}",
        "ncid": f"ZZ{serial}",  # real ones begin with the letters of a county
        "last_name": draw.choice(_LAST),
        "first_name": draw.choice(_FIRST),
        "middle_name": draw.choice(_FIRST),
        "name_suffix_lbl": draw.choices(("", "JR", "III"), (95, 4, 1))[0],
        "status_cd": status,
        "voter_status_desc": {"A": "ACTIVE", "I": "INACTIVE", "R": "REMOVED"}[status],
        "res_street_address": f"{draw.randint(1, 9999)} {draw.choice(_STREETS)}",
        "res_city_desc": city,
        "state_cd": area,
        "zip_code": zip_code,
        "confidential_ind": draw.choices("NY", (99, 1))[0],
        "registr_dt": f"{draw.randint(1, 12):02}/{draw.randint(1, 28):02}/{born + 18}",
        "party_cd": draw.choice(("DEM", "REP", "UNA", "LIB")),
        "gender_code": draw.choice("MFU"),
        "birth_year": str(born),
        "precinct_abbrv": f"{draw.randint(1, 40):02}",
        "cong_dist_abbrv": str(draw.randint(1, 14)),
        "line_type": draw.choices(("landline", "wireless", "voip", ""), (45, 43, 6, 6))[0],
    }
