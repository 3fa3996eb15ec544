"""From ballots to winners, with the reasons: budgets that residents decide.

`pabulib` reads and writes elections, `rules` names what is counted how, `counting` counts by
`shares` (the Method of Equal Shares), `phragmen` or `greedy`, `explaining` says why.
"""
