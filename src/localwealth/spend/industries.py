"""The divisions of the UK's standard industrial classification (SIC 2007; Office for National
Statistics), by their two figures, in short words."""

from localwealth import lists

DIVISIONS = lists.table("localwealth.spend", "industries")
