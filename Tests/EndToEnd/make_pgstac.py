"""Makes a PgSTAC database: `python make_pgstac.py DSN collections.ndjson items.ndjson`, with the packages of requirements-pgstac.txt.

The items go in by PgSTAC's own loader, those whose identifiers begin with "sql-" by its SQL function."""

import json
import sys

import psycopg
from pypgstac.db import PgstacDB
from pypgstac.load import Loader, Methods
from pypgstac.migrate import Migrate


def main(address, collections, items):
    with PgstacDB(dsn=address) as database:
        Migrate(database).run_migration()
        loader = Loader(database)
        loader.load_collections(collections, Methods.insert)
        loader.load_items(iter([json.loads(line) for line in open(items) if '"id": "sql-' not in line]), Methods.insert)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET search_path = pgstac, public")
        for line in open(items):
            if '"id": "sql-' in line:
                connection.execute("SELECT create_item(%s::jsonb)", [line])


if __name__ == "__main__":
    main(*sys.argv[1:])
