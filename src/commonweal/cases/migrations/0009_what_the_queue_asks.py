"""What the queue asks of every open case at once, worked out by triggers as its rows change."""

from django.db import migrations, models
from django.db.models import Q

OPEN = ~Q(state="closed")
OF_A_ROW = ["id", "state", "resident"]
INDEXES = {
    "requests_in_the_queue": ["urgency", "-in_danger", "due_at"],
    "requests_of_a_handler": ["assigned_to", "urgency", "-in_danger", "due_at"],
    "requests_of_an_area": ["area", "urgency", "-in_danger", "due_at"],
    "requests_past_their_time": ["late_at"],
    "requests_without_a_plan": ["bare_at"],
    "requests_by_contact": ["last_contact_at"],
    "requests_by_promise": ["due_at", "first_contact_at"],
    "requests_by_age": ["opened_at"],
}
WAS = ("requests_in_the_queue", "requests_of_a_handler")

# Of the row of cases_case around it. The first moment past which something is overdue.
LATE = """(SELECT min(moments.at) FROM (
    SELECT due_at AS at FROM cases_callback
        WHERE cases_callback.case_id = cases_case.id AND cases_callback.state = 'due'
    UNION ALL
    SELECT cases_nextaction.due_at FROM cases_nextaction
        JOIN cases_need ON cases_need.id = cases_nextaction.need_id
        WHERE cases_need.case_id = cases_case.id AND cases_need.state = 'open'
            AND cases_nextaction.state = 'planned'
    UNION ALL
    SELECT cases_case.due_at WHERE cases_case.first_contact_at IS NULL
) moments)"""
OWED = """FROM cases_callback WHERE cases_callback.case_id = cases_case.id
    AND cases_callback.state = 'due' AND cases_callback.purpose IN ('first', 'follow_up')"""
# Never, where each open need has a next action of somebody's, or somebody has a call; a call that
# nobody has holds until its moment, while nobody has the case either.
BARE = f"""(CASE
    WHEN NOT EXISTS (SELECT 1 FROM cases_need
        WHERE cases_need.case_id = cases_case.id AND cases_need.state = 'open'
            AND NOT EXISTS (SELECT 1 FROM cases_nextaction
                WHERE cases_nextaction.need_id = cases_need.id
                    AND cases_nextaction.state = 'planned'
                    AND cases_nextaction.owner_id IS NOT NULL)) THEN NULL
    WHEN EXISTS (SELECT 1 {OWED} AND cases_callback.assigned_to_id IS NOT NULL) THEN NULL
    WHEN cases_case.assigned_to_id IS NULL
        THEN COALESCE((SELECT max(cases_callback.due_at) {OWED}), ALWAYS)
    ELSE ALWAYS
END)"""
SPOKEN = """(SELECT max(moments.at) FROM (
    SELECT cases_call.at FROM cases_call
        WHERE cases_call.case_id = cases_case.id AND cases_call.outcome IN ('spoke', 'refused')
    UNION ALL
    SELECT cases_case.first_contact_at
) moments)"""
ALWAYS = {"sqlite": "'1970-01-01 00:00:00'", "postgresql": "TIMESTAMPTZ '1970-01-01 00:00:00+00'"}

# Which columns of which table it hangs on, and which cases a changed row is of.
OF_NEED = "SELECT case_id FROM cases_need WHERE id"
WATCHED = {
    "cases_case": ("due_at, first_contact_at, assigned_to_id", "{row}.id"),
    "cases_need": ("state, case_id", "{row}.case_id"),
    "cases_callback": ("state, purpose, due_at, assigned_to_id, case_id", "{row}.case_id"),
    "cases_nextaction": ("state, owner_id, due_at, need_id", f"({OF_NEED} = {{row}}.need_id)"),
    "cases_call": ("outcome, at, case_id", "{row}.case_id"),
}


def worked_out(vendor):
    bare = BARE.replace("ALWAYS", ALWAYS[vendor])
    return {"late_at": LATE, "bare_at": bare, "last_contact_at": SPOKEN}


def fill(apps, schema):
    columns = worked_out(schema.connection.vendor).items()
    schema.execute(
        "UPDATE cases_case SET " + ", ".join(f"{name} = {sql}" for name, sql in columns),
        params=None,
    )


def watch(apps, schema):
    make = _on_postgresql if schema.connection.vendor == "postgresql" else _on_sqlite
    for statement in make(schema):
        schema.execute(statement, params=None)


def _verbs(table, columns):
    """What happens to a row, and which of its sides name a case."""
    verbs = [("insert", "INSERT", ["NEW"]), ("update", f"UPDATE OF {columns}", ["OLD", "NEW"])]
    return verbs if table == "cases_case" else [*verbs, ("delete", "DELETE", ["OLD"])]


def _on_sqlite(schema):
    columns = ", ".join(f"{name} = {sql}" for name, sql in worked_out("sqlite").items())
    for table, (watched, of_case) in WATCHED.items():
        for name, verb, sides in _verbs(table, watched):
            cases = ", ".join(of_case.format(row=side) for side in sides)
            yield (
                f"CREATE TRIGGER {table}_foresee_{name} AFTER {verb} ON {table} "
                f"BEGIN UPDATE cases_case SET {columns} WHERE id IN ({cases}); END"
            )


def _on_postgresql(schema):
    with schema.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        [place] = cursor.fetchone()
    columns = worked_out("postgresql")
    found = ", ".join(columns.values())
    # The case is locked before it is looked at: what another transaction wrote is seen then.
    yield (
        f"CREATE FUNCTION cases_foresee_case(of_case bigint) RETURNS void LANGUAGE plpgsql "
        f"SET search_path = {place}, pg_temp AS $$ "
        f"DECLARE late timestamptz; bare timestamptz; spoken timestamptz; BEGIN "
        f"PERFORM 1 FROM cases_case WHERE id = of_case FOR NO KEY UPDATE; "
        f"SELECT {found} INTO late, bare, spoken FROM cases_case WHERE id = of_case; "
        f"UPDATE cases_case SET late_at = late, bare_at = bare, last_contact_at = spoken "
        f"WHERE id = of_case AND (late_at, bare_at, last_contact_at) "
        f"IS DISTINCT FROM (late, bare, spoken); END $$"
    )
    for table, (watched, of_case) in WATCHED.items():
        old, new = (of_case.format(row=side) for side in ("OLD", "NEW"))
        yield (
            f"CREATE FUNCTION {table}_foresee() RETURNS trigger LANGUAGE plpgsql "
            f"SET search_path = {place}, pg_temp AS $$ BEGIN "
            f"IF TG_OP <> 'DELETE' THEN PERFORM cases_foresee_case({new}); END IF; "
            f"IF TG_OP = 'DELETE' THEN PERFORM cases_foresee_case({old}); "
            f"ELSIF TG_OP = 'UPDATE' THEN IF {old} <> {new} THEN "
            f"PERFORM cases_foresee_case({old}); END IF; END IF; RETURN NULL; END $$"
        )
        events = " OR ".join(verb for _, verb, _ in _verbs(table, watched))
        yield (
            f"CREATE TRIGGER {table}_foresee AFTER {events} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {table}_foresee()"
        )


def unwatch(apps, schema):
    is_postgresql = schema.connection.vendor == "postgresql"
    for table, (watched, _) in WATCHED.items():
        if is_postgresql:
            schema.execute(f"DROP TRIGGER {table}_foresee ON {table}")
            schema.execute(f"DROP FUNCTION {table}_foresee()")
            continue
        for name, _, _ in _verbs(table, watched):
            schema.execute(f"DROP TRIGGER {table}_foresee_{name}")
    if is_postgresql:
        schema.execute("DROP FUNCTION cases_foresee_case(bigint)")


def moment(name, help_text):
    return migrations.AddField(
        "case", name, models.DateTimeField(editable=False, null=True, help_text=help_text)
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_reads_that_were_explained")]

    operations = [
        moment("late_at", "When a contact, call or next action is overdue."),
        moment("bare_at", "From when no call and no next action holds for one of its open needs."),
        moment("last_contact_at", "When somebody last spoke to them."),
        migrations.RunPython(fill, migrations.RunPython.noop),
        *(migrations.RemoveIndex("case", name) for name in WAS),
        *(
            migrations.AddIndex(
                "case", models.Index(condition=OPEN, fields=[*columns, *OF_A_ROW], name=name)
            )
            for name, columns in INDEXES.items()
        ),
        migrations.AddIndex(
            "callback",
            models.Index(
                condition=Q(state="due"), fields=["assigned_to", "due_at"], name="calls_of_somebody"
            ),
        ),
        migrations.AddIndex(
            "need",
            models.Index(
                condition=Q(state="open"), fields=["help_type", "case"], name="needs_open_of_a_kind"
            ),
        ),
        migrations.RunPython(watch, unwatch),
    ]
