"""The files that registers publish, and how each becomes rows of one shape.

A file is known by its headings, whatever it is called. Each format is one SELECT over the file as
text (table ``raw``, headings without spaces around them); it gives the columns that it has of:

``id`` (an org-id), ``name``, ``name_kind`` (``current``, ``former``, ``other``), ``until`` (until
when a former name was used), ``kind`` (company, cic, llp, partnership, society, cooperative, credit
union, charity, public, chartered, foreign), ``status`` (active, ended), ``begun``, ``ended``,
``postcode``, ``country``, ``sic``, ``size``, ``sized`` (the day to which the accounts go that
say so), ``same_as`` (another org-id of the same body).

Column names and quirks are those of the publishers' own files: Companies House's free company data
(headings with leading spaces), the Charity Commission's extract, OSCR, CCNI, the FCA's Mutuals
Public Register (with its misspelt heading), Co-operatives UK's open data, and files of the same
shape as the gender pay gap service's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# What each SELECT may leave out.
COLUMNS = (
    "id",
    "name",
    "name_kind",
    "until",
    "kind",
    "status",
    "begun",
    "ended",
    "postcode",
    "country",
    "sic",
    "size",
    "sized",
    "same_as",
)

MACROS = r"""
create or replace macro said(x) as nullif(trim(x), '');
create or replace macro bare(x) as
    regexp_replace(regexp_replace(upper(coalesce(x, '')), '[\s-]', '', 'g'), '\.0$', '');
create or replace macro coh_number(x) as case
    when regexp_full_match(x, '\d{8}') and x <> '00000000' then x
    when regexp_full_match(bare(x), '\d{3,8}') and bare(x)::bigint > 0 then lpad(bare(x), 8, '0')
    when regexp_full_match(bare(x), '[A-Z]{2}\d{1,6}')
        then bare(x)[1:2] || lpad(bare(x)[3:], 6, '0')
    when regexp_full_match(bare(x), '[A-Z]{2}\d{5}R') then bare(x) end;
create or replace macro coh(x) as 'GB-COH-' || coh_number(x);
create or replace macro chc(x) as 'GB-CHC-' || case
    when regexp_full_match(bare(x), '\d{5,8}') and bare(x)::bigint > 0 then ltrim(bare(x), '0') end;
create or replace macro mpr(x) as 'GB-MPR-' || case
    when regexp_full_match(bare(x), '[A-Z0-9]{2,12}') then bare(x) end;
create or replace macro day(x) as coalesce(try_strptime(trim(x), '%d/%m/%Y'),
    try_strptime(trim(x), '%Y-%m-%d'), try_strptime(trim(x)[1:10], '%Y-%m-%d'))::date;
create or replace macro postcode_in(x) as
    regexp_extract(upper(coalesce(x, '')), '([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\s*$', 1);
create or replace macro kind_of(number, category) as case
    when category = 'Private Limited Company' and number >= '0' and number < ':' then 'company'
    when category ilike '%community interest%' then 'cic'
    when category ilike '%limited liability partnership%' then 'llp'
    when category ilike '%partnership%' then 'partnership'
    when category ilike '%charitable incorporated%' then 'charity'
    when category ilike '%registered society%' or category ilike '%industrial and prov%'
        then 'society'
    when category ilike '%royal charter%' then 'chartered'
    when category ilike '%overseas%' or category ilike '%other company type%' then 'foreign'
    when number[1:2] in ('OC', 'SO', 'NC') then 'llp'
    when number[1:2] in ('LP', 'SL', 'NL') then 'partnership'
    when number[1:2] in ('RS', 'IP', 'SP', 'NO', 'NP') then 'society'
    when number[1:2] in ('CE', 'CS') then 'charity'
    when number[1:2] in ('RC', 'SR') then 'chartered'
    when number[1:2] in ('FC', 'SF', 'NF') then 'foreign'
    when number[1:2] = 'ZC' then 'public'
    else 'company' end;
create or replace macro society_kind(text) as case
    when text ilike '%credit union%' then 'credit union'
    when text ilike '%co-operative%' then 'cooperative' else 'society' end;
"""


@dataclass(frozen=True)
class Format:
    """A register's file: what it is called, the headings that tell it, and its rows.

    ``also`` gives further names of the same bodies.
    """

    title: str
    tells: tuple[str, ...]
    rows: str
    also: tuple[str, ...] = ()


_PREVIOUS = tuple(
    f"""select coh(CompanyNumber) as id, "PreviousName_{number}.CompanyName" as name,
        'former' as name_kind, day("PreviousName_{number}.CONDATE") as until
    from raw where said("PreviousName_{number}.CompanyName") is not null"""
    for number in range(1, 11)
)

FORMATS = (
    Format(
        "Companies House, free company data",
        ("CompanyName", "CompanyNumber", "RegAddress.PostCode", "CompanyCategory", "CompanyStatus"),
        """select coh(CompanyNumber) as id, CompanyName as name,
            kind_of(CompanyNumber, CompanyCategory) as kind,
            case when day(DissolutionDate) is null then 'active' else 'ended' end as status,
            day(IncorporationDate) as begun, day(DissolutionDate) as ended,
            "RegAddress.PostCode" as postcode, CountryOfOrigin as country,
            nullif(regexp_extract("SICCode.SicText_1", '^\\d+'), '') as sic,
            said("Accounts.AccountCategory") as size, day("Accounts.LastMadeUpDate") as sized
            from raw""",
        _PREVIOUS,
    ),
    Format(
        "Charity Commission, charities",
        ("registered_charity_number", "linked_charity_number", "charity_name"),
        """select chc(registered_charity_number) as id, charity_name as name,
            case when linked_charity_number::int = 0 then 'current' else 'other' end as name_kind,
            'charity' as kind,
            case when charity_registration_status ilike 'reg%'
                then 'active' else 'ended' end as status,
            day(date_of_registration) as begun, day(date_of_removal) as ended,
            charity_contact_postcode as postcode,
            coh(charity_company_registration_number) as same_as
            from raw""",
    ),
    Format(
        "Charity Commission, other names",
        ("registered_charity_number", "charity_name_type"),
        """select chc(registered_charity_number) as id, charity_name as name,
            case when charity_name_type ilike '%previous%'
                then 'former' else 'other' end as name_kind
            from raw""",
    ),
    Format(
        "OSCR, Scottish charities",
        ("Charity Number", "Charity Name", "Registered Date", "Constitutional Form"),
        """select 'GB-SC-' || bare("Charity Number") as id, "Charity Name" as name,
            'charity' as kind,
            case when "Charity Status" ilike 'removed%' or "Charity Status" ilike 'ceased%'
                then 'ended' else 'active' end as status,
            day("Registered Date") as begun, day("Ceased Date") as ended, Postcode as postcode
            from raw""",
        (
            """select 'GB-SC-' || bare("Charity Number") as id, "Known As" as name,
            'other' as name_kind
            from raw where said("Known As") is not null""",
        ),
    ),
    Format(
        "Charity Commission for Northern Ireland",
        ("Reg charity number", "Charity name", "Company number"),
        """select 'GB-NIC-' || bare("Reg charity number") as id, "Charity name" as name,
            'charity' as kind,
            case when Status ilike '%removed%' then 'ended' else 'active' end as status,
            day("Date registered") as begun, postcode_in("Public address") as postcode,
            case when bare("Company number") not in ('', '0', '999999') then
                'GB-COH-' || case when regexp_full_match(bare("Company number"), '\\d{1,6}')
                    then 'NI' || lpad(bare("Company number"), 6, '0')
                    else coh_number("Company number") end end as same_as from raw""",
    ),
    Format(
        "FCA, Mutuals Public Register",
        ("Full Registation Number", "Society Name", "Registered As"),
        """select mpr("Full Registation Number") as id, "Society Name" as name,
            society_kind("Registered As") as kind,
            case when "Society Status" ilike 'registered%' then 'active' else 'ended' end as status,
            day("Registration Date") as begun, day("Deregistration Date") as ended,
            postcode_in("Society Address") as postcode,
            case when regexp_full_match(bare("Full Registation Number"), '\\d{4,6}')
                then 'GB-COH-RS' || lpad(bare("Full Registation Number"), 6, '0') end as same_as
            from raw""",
    ),
    Format(
        "Co-operatives UK, organisations",
        ("CUK Organisation ID", "Registered Number", "Registrar", "Registered Name"),
        """select case when Registrar = 'FCA' then mpr("Registered Number")
                when Registrar ilike 'Companies House%' then coh("Registered Number")
                else 'GB-CUK-' || "CUK Organisation ID" end as id,
            "Registered Name" as name,
            case when "Legal Form" ilike '%credit union%'
                then 'credit union' else 'cooperative' end as kind,
            case when said("Dissolved Date") is null then 'active' else 'ended' end as status,
            day("Incorporation Date") as begun, day("Dissolved Date") as ended,
            "Registered Postcode" as postcode, 'GB-CUK-' || "CUK Organisation ID" as same_as,
            nullif(replace("SIC Code", 'UKSIC07-', ''), '') as sic from raw""",
        (
            """select case when Registrar = 'FCA' then mpr("Registered Number")
                when Registrar ilike 'Companies House%' then coh("Registered Number")
                else 'GB-CUK-' || "CUK Organisation ID" end as id,
            "Trading Name" as name, 'other' as name_kind from raw
            where said("Trading Name") is not null""",
        ),
    ),
    Format(
        "Co-operatives UK, outlets",
        ("CUK Organisation ID", "Registered Name", "Outlet Name"),
        """select 'GB-CUK-' || "CUK Organisation ID" as id, "Registered Name" as name,
            'cooperative' as kind from raw""",
        (
            """select distinct 'GB-CUK-' || "CUK Organisation ID" as id, "Outlet Name" as name,
            'other' as name_kind from raw where said("Outlet Name") is not null""",
        ),
    ),
    Format(
        "Registered providers of social housing",
        ("organisation_name", "registration_number", "corporate_form"),
        """select 'GB-SHPE-' || bare(registration_number) as id, organisation_name as name,
            case when corporate_form ilike '%society%' then 'society'
                when corporate_form ilike '%charit%' then 'charity'
                when corporate_form ilike '%compan%' then 'company' end as kind from raw""",
    ),
    Format(
        "Registered providers with company and charity numbers",
        ("RP Code", "Org ID"),
        """select 'GB-SHPE-' || bare("RP Code") as id, null as name, trim("Org ID") as same_as
            from raw""",
    ),
    Format(
        "Employers with company numbers (gender pay gap service)",
        ("EmployerName", "CompanyNumber", "EmployerSize"),
        """select coh(CompanyNumber) as id, coalesce(said(CurrentName), EmployerName) as name,
            kind_of(coh_number(CompanyNumber), '') as kind, postcode_in(Address) as postcode,
            nullif(regexp_extract(SicCodes, '(\\d{4,5})', 1), '') as sic, said(EmployerSize) as size
            from raw""",
        (
            """select coh(CompanyNumber) as id, EmployerName as name, 'other' as name_kind from raw
            where coh(CompanyNumber) is not null and said(CurrentName) is not null""",
        ),
    ),
    Format(
        "Two identifiers of one body",
        ("org_id_a", "org_id_b", "name"),
        """select said(org_id_b) as id, name, trim(org_id_a) as same_as,
            case when org_id_a like 'GB-CHC%' or org_id_a like 'GB-SC%' or org_id_a like 'GB-NIC%'
                then 'charity' end as kind from raw""",
    ),
    Format(
        "Mutuals with company numbers",
        ("mutual_id", "company_id", "name"),
        """select said(mutual_id) as id, name, 'society' as kind, trim(company_id) as same_as
            from raw""",
    ),
    Format(
        "Other names of bodies",
        ("org_id", "alternative_name"),
        "select said(org_id) as id, alternative_name as name, 'other' as name_kind from raw",
    ),
    Format(
        "Branches of federated charities",
        ("type", "reg_number", "name"),
        """select case when regexp_full_match(bare(reg_number), 'SC\\d+')
                    then 'GB-SC-' || bare(reg_number)
                when regexp_full_match(bare(reg_number), 'NI\\d+')
                    then 'GB-NIC-' || bare(reg_number)[3:]
                else chc(reg_number) end as id, name, 'charity' as kind from raw""",
    ),
    Format(
        "Academy trusts with company numbers",
        ("Type", "Entity", "Company Number"),
        """select coh("Company Number") as id, Entity as name, 'charity' as kind from raw""",
    ),
    Format(
        "Any list with org-ids",
        ("register_id", "name"),
        "select said(register_id) as id, name from raw",
    ),
    Format(
        "Any list with company numbers",
        ("company_number", "company_name"),
        """select coh(company_number) as id, company_name as name,
            kind_of(coh_number(company_number), '') as kind from raw""",
    ),
    Format(
        "Any list with company numbers",
        ("CompanyNumber", "CompanyName"),
        """select coh(CompanyNumber) as id, CompanyName as name,
            kind_of(coh_number(CompanyNumber), '') as kind from raw""",
    ),
    Format(
        "Any list with charity numbers",
        ("CharityRegNo", "CharityName"),
        """select chc(CharityRegNo) as id, CharityName as name, 'charity' as kind from raw""",
    ),
)


def recognise(headings: list[str]) -> Format | None:
    """The first format whose headings all stand in a file.

    >>> recognise(["company_number", "company_name", "sic_code"]).title
    'Any list with company numbers'
    """
    have = set(headings)
    return next((known for known in FORMATS if set(known.tells) <= have), None)


# What a publisher may call a column one day: without a misspelling of today's.
_RIGHTLY = {"full registration number": "full registation number"}


def as_published(headings: Sequence[str]) -> list[str]:
    """Headings as the format knows them whose they are, whatever their case and spacing.

    >>> as_published(["CHARITYREGNO ", "charityname", "other"])
    ['CharityRegNo', 'CharityName', 'other']
    """
    heads = [head.strip() for head in headings]
    if recognise(heads):
        return heads
    squeezed = [_squeezed(head) for head in heads]
    for known in FORMATS:
        tells = {_squeezed(head): head for head in known.tells}
        if tells.keys() <= set(squeezed):
            return [tells.get(small, head) for small, head in zip(squeezed, heads, strict=True)]
    return heads


def _squeezed(heading: str) -> str:
    small = " ".join(heading.casefold().split())
    return _RIGHTLY.get(small, small)
