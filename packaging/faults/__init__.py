"""The harness of faults: a town is broken at a seeded moment, and then must still hold.

One run of one seed (`runs`): a copy of a small town (`town`); a seeded day of work in it (`plan`,
`acts`), done through the product's own actions and commands by a process of its own; faults that
meet it at seeded moments (`breaks`): killed, disk full, PostgreSQL stopped, mail cut, the clock
moved. What was cut off is begun again, as a person would. After each fault and at the end, what
must hold is held against the database and the folders (`holds`).

    ./commonweal run python packaging/faults --seeds 1-1000
    ./commonweal run python packaging/faults --seed 17
    ./commonweal run python packaging/faults --seeds 1-50 --without approval-atomic
"""
