"""Registers of made-up companies in the 55 columns of Companies House's free company data.

For tests, for the demo, for benchmarks, and as decoys when a matcher is tried on few real entries.
No name is taken from a register: surnames, places and trades are everyday words, and the rest is
coined from syllables. Proportions follow what was read off three public lists of ratepayers and
suppliers: some 3.7 words a name, families of siblings (HOLDINGS, GROUP, (UK)), firms named by
initials, streets' management companies, one in nine with a former name.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from localwealth.matching.names import SURNAMES

Texts = npt.NDArray[np.str_]
# Counted up when the same seed makes other companies.
VERSION = 1

PLACES = (
    "Aberdeen Ashford Aylesbury Barnet Bath Bedford Belfast Birmingham Blackburn Bolton Bradford Brighton Bristol Burnley Bury Cambridge "
    "Cardiff Carlisle Chester Colchester Coventry Crawley Croydon Darlington Derby Doncaster Dorset Dudley Dundee Durham Ealing Edinburgh "
    "Essex Exeter Fife Glasgow Gloucester Grimsby Guildford Halifax Harlow Harrow Hastings Hereford Hertford Huddersfield Hull Ipswich Kent "
    "Lancaster Leeds Leicester Lincoln Liverpool London Luton Maidstone Manchester Medway Newbury Newcastle Newport Northampton Norwich "
    "Nottingham Oldham Oxford Perth Peterborough Plymouth Poole Portsmouth Preston Reading Rochdale Salford Sheffield Shrewsbury Slough "
    "Solihull Southend Stafford Stirling Stockport Sunderland Surrey Sussex Swansea Swindon Taunton Telford Truro Wakefield Walsall Warwick "
    "Watford Wigan Wiltshire Winchester Woking Worcester Wrexham York Northern Southern Eastern Western Midland National Highland"
).upper().split()  # fmt: skip
TRADES = (
    "Accountancy|Advisory|Agencies|Air Conditioning|Architects|Associates|Autos|Bakery|Blinds|Builders|Building Services|Business Solutions|"
    "Care|Care Homes|Care Services|Carpentry|Catering|Civil Engineering|Cleaning|Cleaning Services|Coaches|Commercial|Communications|"
    "Community Services|Computers|Construction|Consultancy|Consulting|Consultants|Contractors|Contracts|Courier Services|Decorators|Dental|"
    "Design|Developments|Digital|Distribution|Drainage|Driving School|Electrical|Electrical Services|Electronics|Energy|Engineering|"
    "Engineering Services|Enterprises|Environmental|Equipment|Estate Agents|Estates|Events|Facilities Management|Farms|Fencing|Films|Finance|"
    "Fire Protection|Fitness|Flooring|Foods|Fostering|Furniture|Garage|Garden Services|Glass|Hair|Haulage|Health|Healthcare|Heating|Home Care|"
    "Homes|Hotels|Housing Association|Industries|Insurance Services|Interiors|International|Investments|IT Services|Joinery|Kitchens|Landscapes|"
    "Learning|Leisure|Lettings|Lighting|Logistics|Machinery|Maintenance|Management|Marketing|Media|Medical Services|Metals|Motors|Music|"
    "Nurseries|Nursing Home|Office Supplies|Packaging|Painting|Partnership|Pharmacy|Photography|Plant Hire|Plastics|Plumbing|Pre School|Press|"
    "Print|Productions|Products|Projects|Properties|Property Management|Property Services|Publishing|Recruitment|Recycling|Removals|Rentals|"
    "Research|Residential|Restaurants|Roofing|Safety|Scaffolding|Security|Services|Signs|Skip Hire|Software|Solutions|Sports|Steel|Stores|"
    "Structures|Supplies|Support Services|Surveyors|Systems|Taxis|Technical Services|Technologies|Telecoms|Textiles|Theatre|Timber|Tools|Tours|"
    "Training|Transport|Travel|Tree Services|Tutors|Utilities|Vehicle Hire|Ventures|Veterinary|Waste Management|Water|Wholesale|Windows|Workshop"
).upper().split("|")  # fmt: skip
STREETS = "Abbey|Albert|Castle|Cedar|Church|Clifton|Elm|Grange|Grove|Hawthorn|High|Kings|London|Manor|Mill|New|North|Oak|Park|Queens|School|South|Station|Springfield|Victoria|West|Windsor|York".upper().split("|")  # fmt: skip
WAYS = ["ROAD", "STREET", "AVENUE", "CLOSE", "COURT", "GARDENS", "HOUSE", "LANE", "MEWS", "PLACE"]
SIBLINGS = ["HOLDINGS", "GROUP", "(UK)", "UK", "SERVICES", "(NORTH)", "(SOUTHERN)", "PROPERTIES", "INVESTMENTS", "TRADING", "2", "INTERNATIONAL"]  # fmt: skip
FORMS = ["LIMITED", "LTD", "LTD.", "LLP", "CIC", "C.I.C.", "PLC"]
FORM_SHARES = [0.52, 0.40, 0.01, 0.03, 0.02, 0.005, 0.015]
CATEGORIES = {
    "LLP": "Limited Liability Partnership", "CIC": "Community Interest Company", "C.I.C.": "Community Interest Company",
    "PLC": "Public Limited Company",
}  # fmt: skip
SIC = ["41202 - Construction of domestic buildings", "43210 - Electrical installation", "43220 - Plumbing, heat and air-conditioning installation", "45200 - Maintenance and repair of motor vehicles", "47110 - Retail sale in non-specialised stores", "49410 - Freight transport by road", "56101 - Licensed restaurants", "62020 - Information technology consultancy activities", "68209 - Other letting and operating of own or leased real estate", "69201 - Accounting and auditing activities", "70229 - Management consultancy activities", "71129 - Other engineering activities", "78109 - Other activities of employment placement agencies", "80100 - Private security activities", "81210 - General cleaning of buildings", "82990 - Other business support service activities", "85590 - Other education", "87300 - Residential care activities for the elderly", "88990 - Other social work activities without accommodation", "98000 - Residents property management"]  # fmt: skip
NO_ACCOUNTS = "NO ACCOUNTS FILED"
YEAR_ENDS = ["31/03/2025", "31/12/2024", "31/03/2024", "30/09/2025", "05/04/2025"]
SIZES = ["MICRO ENTITY", "TOTAL EXEMPTION FULL", "DORMANT", NO_ACCOUNTS, "UNAUDITED ABRIDGED", "FULL", "SMALL", "GROUP"]  # fmt: skip
SIZE_SHARES = [0.36, 0.24, 0.14, 0.14, 0.05, 0.03, 0.03, 0.01]
COLUMNS = (
    ["CompanyName", " CompanyNumber", "RegAddress.CareOf", "RegAddress.POBox", "RegAddress.AddressLine1",
     " RegAddress.AddressLine2", "RegAddress.PostTown", "RegAddress.County", "RegAddress.Country",
     "RegAddress.PostCode", "CompanyCategory", "CompanyStatus", "CountryOfOrigin", "DissolutionDate",
     "IncorporationDate", "Accounts.AccountRefDay", "Accounts.AccountRefMonth", "Accounts.NextDueDate",
     "Accounts.LastMadeUpDate", "Accounts.AccountCategory", "Returns.NextDueDate", "Returns.LastMadeUpDate",
     "Mortgages.NumMortCharges", "Mortgages.NumMortOutstanding", "Mortgages.NumMortPartSatisfied",
     "Mortgages.NumMortSatisfied", "SICCode.SicText_1", "SICCode.SicText_2", "SICCode.SicText_3",
     "SICCode.SicText_4", "LimitedPartnerships.NumGenPartners", "LimitedPartnerships.NumLimPartners", "URI"]
    + [f"{space}PreviousName_{number}.{what}" for number in range(1, 11)
       for space, what in ((" " if number == 2 else "", "CONDATE"), (" ", "CompanyName"))]
    + ["ConfStmtNextDueDate", " ConfStmtLastMadeUpDate"]
)  # fmt: skip


def companies(size: int, seed: int = 1, first_number: int = 90_000_000) -> pa.Table:
    """Made-up companies, the same ones for the same seed.

    Parameters
    ----------
    size
        How many.
    seed
        Of the random numbers.
    first_number
        Numbers count up from here; real ones are far below.
    """
    draw = np.random.default_rng(seed)
    stem = _different(draw, _stems(draw, size))
    form = np.array(FORMS)[draw.choice(len(FORMS), size, p=FORM_SHARES)]
    # Three in a hundred are a sibling of an earlier one.
    sibling = np.flatnonzero(draw.random(size) < 0.03)
    of = (draw.random(len(sibling)) * np.maximum(sibling, 1)).astype(np.int64)
    stem[sibling] = _join(stem[of], np.array(SIBLINGS)[draw.integers(0, len(SIBLINGS), len(sibling))])  # fmt: skip
    name = _join(stem, form)
    number = np.char.mod("%08d", np.arange(first_number, first_number + size))
    postcode = _postcodes(draw, size)
    begun = draw.integers(3653, 20000, size).astype("datetime64[D]")
    was = np.flatnonzero(draw.random(size) < 0.11)
    former, until = np.full(size, "", dtype="U1").astype(object), np.full(size, "", dtype=object)
    former[was] = _join(_stems(draw, len(was)), form[was])
    until[was] = _british(begun[was] + draw.integers(100, 3000, len(was)).astype("timedelta64[D]"))
    category = np.array([CATEGORIES.get(one, "Private Limited Company") for one in FORMS])
    columns: dict[str, object] = dict.fromkeys(COLUMNS)
    columns |= {
        "CompanyName": name, " CompanyNumber": number, "RegAddress.AddressLine1": _addresses(draw, size),
        "RegAddress.PostTown": np.array(PLACES)[draw.integers(0, 96, size)], "RegAddress.PostCode": postcode,
        "CompanyCategory": category[_which(form)],
        "CompanyStatus": np.where(draw.random(size) < 0.95, "Active", "Liquidation"),
        "CountryOfOrigin": np.full(size, "United Kingdom"), "IncorporationDate": _british(begun),
        "Accounts.AccountCategory": (sizes := np.array(SIZES)[draw.choice(len(SIZES), size, p=SIZE_SHARES)]),
        "Accounts.LastMadeUpDate": np.where(
            sizes == NO_ACCOUNTS, "", np.array(YEAR_ENDS)[np.arange(size) % len(YEAR_ENDS)]),
        "SICCode.SicText_1": np.array(SIC)[draw.integers(0, len(SIC), size)],
        "PreviousName_1.CONDATE": until, " PreviousName_1.CompanyName": former,
    }  # fmt: skip
    empty = pa.array([""] * size, pa.large_string())
    return pa.table({
        key: empty if value is None else pa.array(np.asarray(value).tolist(), pa.large_string())
        for key, value in columns.items()
    })  # fmt: skip


def _different(draw: np.random.Generator, stem: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """No two companies may have one name: those that come second get a word more."""
    for _ in range(3):
        codes = pa.array(stem.tolist(), pa.large_string()).dictionary_encode().indices.to_numpy()
        order = np.argsort(codes, kind="stable")
        again = order[1:][codes[order][1:] == codes[order][:-1]]
        if not len(again):
            break
        stem[again] = _join(_coined(draw, len(again)), stem[again])
    return stem


def _which(form: Texts) -> npt.NDArray[np.int64]:
    order = np.argsort(FORMS)
    return order[np.searchsorted(np.array(FORMS)[order], form)]


def _join(*parts: npt.NDArray[np.generic] | Texts) -> npt.NDArray[np.object_]:
    arrays = [pa.array(np.asarray(part).tolist(), pa.string()) for part in parts]
    joined = pc.binary_join_element_wise(*arrays, " ")
    out: npt.NDArray[np.object_] = joined.to_numpy(zero_copy_only=False)
    return out


def _pick(draw: np.random.Generator, words: list[str], size: int) -> Texts:
    # The first words are commoner, as in life.
    at = (len(words) * draw.random(size) ** 1.6).astype(np.int64)
    return np.array(words)[at]


def _coined(draw: np.random.Generator, size: int) -> npt.NDArray[np.object_]:
    """Words that nobody uses yet: two or three syllables."""
    heads = np.array(["ab", "al", "am", "an", "ar", "as", "av", "ax", "bel", "bri", "cal", "can", "cor", "dal", "del", "den", "dor", "el", "en", "er", "ex", "fal", "fen", "fin", "gal", "gen", "gra", "hal", "har", "hex", "in", "iv", "jas", "kel", "ken", "kin", "lan", "len", "lin", "lor", "lum", "mar", "mel", "mer", "mid", "mon", "nav", "nex", "nor", "nov", "ol", "om", "or", "os", "par", "pel", "pen", "per", "phi", "pol", "prim", "quan", "quin", "ral", "ran", "red", "ren", "riv", "ros", "sal", "san", "sel", "sen", "sil", "sol", "stan", "ster", "sul", "syn", "tal", "tan", "tel", "ter", "tor", "tran", "tri", "ul", "un", "val", "van", "vel", "ven", "ver", "vi", "vol", "war", "wel", "win", "wyn", "xan", "yor", "zan", "zen"])  # fmt: skip
    tails = np.array(["a", "ac", "ador", "aid", "al", "ama", "an", "ance", "ant", "ar", "aro", "as", "ata", "ate", "ax", "bury", "by", "co", "dale", "don", "e", "ed", "ella", "em", "en", "ent", "era", "ero", "ex", "field", "ford", "gate", "ham", "i", "ia", "ian", "ic", "ico", "ify", "in", "ina", "io", "is", "ista", "ita", "ium", "ix", "ley", "lex", "line", "lo", "lux", "ma", "mar", "mark", "mex", "mo", "mont", "na", "nova", "o", "on", "one", "ora", "os", "ova", "ox", "pro", "ra", "rex", "ria", "ridge", "ro", "rva", "s", "set", "sis", "so", "star", "ston", "ta", "tec", "tech", "ton", "tor", "tra", "us", "va", "vale", "ver", "via", "vision", "wave", "way", "well", "wick", "wise", "worth", "x", "yx", "za", "zo"])  # fmt: skip
    head = heads[draw.integers(0, len(heads), size)]
    tail = tails[draw.integers(0, len(tails), size)]
    middle = np.where(draw.random(size) < 0.45, heads[draw.integers(0, len(heads), size)], "")
    return np.char.upper(np.char.add(np.char.add(head, middle), tail)).astype(object)


def _stems(draw: np.random.Generator, size: int) -> npt.NDArray[np.object_]:
    """Names without their legal form."""
    kind = draw.choice(9, size, p=[0.24, 0.17, 0.09, 0.11, 0.08, 0.07, 0.08, 0.10, 0.06])
    out = np.empty(size, object)
    letters = np.array(list("ABCDEFGHIJKLMNOPRSTVW"))

    def initials(count: int) -> Texts:
        one, two = (letters[draw.integers(0, len(letters), count)] for _ in range(2))
        return np.where(draw.random(count) < 0.5, one, np.char.add(np.char.add(one, " "), two))

    for which in range(9):
        at = np.flatnonzero(kind == which)
        count = len(at)
        if not count:
            continue
        trade, surname = _pick(draw, TRADES, count), _pick(draw, SURNAMES, count)
        if which == 0:
            out[at] = _join(_coined(draw, count), trade)
        elif which == 1:
            out[at] = _join(initials(count), surname, trade)
        elif which == 2:
            other = _pick(draw, [*SURNAMES, "SONS", "CO", "DAUGHTERS"], count)
            out[at] = _join(surname, np.full(count, "&"), other)
        elif which == 3:
            out[at] = _join(_pick(draw, PLACES, count), trade)
        elif which == 4:
            number = np.char.mod("%d", draw.integers(1, 240, count))
            out[at] = _join(number, np.array(STREETS)[draw.integers(0, len(STREETS), count)], np.array(WAYS)[draw.integers(0, len(WAYS), count)], np.full(count, "MANAGEMENT COMPANY"))  # fmt: skip
        elif which == 5:
            out[at] = _coined(draw, count)
        elif which == 6:
            out[at] = _join(_coined(draw, count), _coined(draw, count))
        elif which == 7:
            out[at] = _join(surname, trade, _pick(draw, PLACES, count))
        else:
            triple = np.char.add(np.char.add(letters[draw.integers(0, 21, count)], letters[draw.integers(0, 21, count)]), letters[draw.integers(0, 21, count)])  # fmt: skip
            out[at] = _join(triple, trade)
    return out


def _postcodes(draw: np.random.Generator, size: int) -> npt.NDArray[np.object_]:
    """One in eight sits at one of twenty formation agents."""
    areas = np.array(["AB", "AL", "B", "BA", "BB", "BD", "BN", "BR", "BS", "CB", "CF", "CH", "CM", "CO", "CR", "CT", "CV", "DE", "DH", "DN", "DY", "EC", "EH", "EN", "EX", "G", "GL", "GU", "HA", "HD", "HU", "IP", "KT", "L", "LA", "LE", "LN", "LS", "LU", "M", "ME", "MK", "N", "NE", "NG", "NN", "NR", "OL", "OX", "PE", "PL", "PO", "PR", "RG", "RH", "S", "SA", "SE", "SG", "SK", "SN", "SO", "SR", "SS", "ST", "SW", "TF", "TN", "TS", "TW", "UB", "W", "WA", "WD", "WF", "WN", "WR", "WS", "WV", "YO"])  # fmt: skip
    letters = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))

    def some(count: int) -> npt.NDArray[np.object_]:
        outward = np.char.add(areas[draw.integers(0, len(areas), count)], np.char.mod("%d", draw.integers(1, 20, count)))  # fmt: skip
        inward = np.char.add(np.char.mod("%d", draw.integers(0, 10, count)), np.char.add(letters[draw.integers(0, 20, count)], letters[draw.integers(0, 20, count)]))  # fmt: skip
        return np.char.add(np.char.add(outward, " "), inward).astype(object)

    out, agents = some(size), some(20)
    at = np.flatnonzero(draw.random(size) < 0.12)
    out[at] = agents[draw.integers(0, 20, len(at))]
    return out


def _addresses(draw: np.random.Generator, size: int) -> npt.NDArray[np.object_]:
    number = np.char.mod("%d", draw.integers(1, 240, size))
    return _join(number, np.array(STREETS)[draw.integers(0, len(STREETS), size)], np.array(WAYS)[draw.integers(0, len(WAYS), size)])  # fmt: skip


def _british(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.object_]:
    text = days.astype("datetime64[D]").astype(str)
    year, month, day = (np.array([one[part] for one in text]) for part in (slice(0, 4), slice(5, 7), slice(8, 10)))  # fmt: skip
    return np.char.add(np.char.add(np.char.add(day, "/"), np.char.add(month, "/")), year).astype(object) if len(text) else text.astype(object)  # fmt: skip
