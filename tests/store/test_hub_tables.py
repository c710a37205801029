"""The hub's tables come from the desk's: every column, no promise a station with an older program could break."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

import kqdesk.schema  # noqa: F401 -- every table
from kqdesk.store.base import Base
from kqdesk.store.hub_tables import BESIDE, PARTITIONS, hub_metadata


def test_every_table_and_column_is_there_with_the_key_school_and_id() -> None:
    hub = hub_metadata(Base.metadata)

    assert set(hub.tables) == set(Base.metadata.tables)
    for name, table in hub.tables.items():
        own = {column.name for column in Base.metadata.tables[name].c}
        assert {column.name for column in table.c} == own | set(BESIDE)
        assert [column.name for column in table.primary_key] == ["school", "id"]
        assert not table.foreign_keys


def test_the_hubs_own_columns_hide_none_of_a_room() -> None:
    taken = {column.name for table in Base.metadata.tables.values() for column in table.c}

    assert not taken & set(BESIDE)


def test_nothing_but_the_key_and_the_hubs_own_is_required() -> None:
    hub = hub_metadata(Base.metadata)

    required = {c.name for table in hub.tables.values() for c in table.c if not c.nullable}

    assert required == {"school", "id", "hub_version", "hub_entry", "hub_origin"}


def test_every_index_is_led_by_school() -> None:
    hub = hub_metadata(Base.metadata)

    leads = {next(iter(index.columns)).name for table in hub.tables.values() for index in table.indexes}

    assert leads == {"school"}


def test_days_and_yes_or_no_keep_their_type_so_that_queries_run_on_both() -> None:
    hub = hub_metadata(Base.metadata)

    assert isinstance(hub.tables["person"].c.birth_date.type, sa.Date)
    assert isinstance(hub.tables["village"].c.is_active.type, sa.Boolean)
    assert isinstance(hub.tables["person"].c.name.type, sa.Text)


def test_postgresql_gets_partitions_by_school() -> None:
    hub = hub_metadata(Base.metadata, postgres=True)

    made = str(CreateTable(hub.tables["person"]).compile(dialect=postgresql.dialect()))

    assert "PARTITION BY HASH (school)" in made
    assert PARTITIONS == 8
