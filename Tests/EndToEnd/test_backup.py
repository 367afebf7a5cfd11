"""Backups as PostgreSQL makes them: a dump of a catalog, restored elsewhere, is the same catalog."""

import stac_documents as documents
from gnomon_server import succeed

INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'gnomon' ORDER BY indexname"
STATISTICS = "SELECT s::text FROM gnomon.collection_statistics s ORDER BY 1"
PROPERTIES = "SELECT collection_key, name, type FROM gnomon.collection_properties ORDER BY 1, 2, 3"


def test_a_dump_restores_every_index_and_number(cluster, database):
    source, target = cluster.url(database), cluster.create(f"{database}-restored")
    succeed("load", documents.CATALOG, "--database-url", source)
    succeed("index", "add", "gsd", "--database-url", source)
    succeed("index", "add", "platform", "--database-url", source)
    dump = cluster.folder / "data" / "catalog.dump"
    cluster.command("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={source}")
    cluster.command("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={target}", dump)
    for statement in (INDEXES, STATISTICS, PROPERTIES):
        assert cluster.query(f"{database}-restored", statement) == cluster.query(database, statement)
    assert cluster.number(f"{database}-restored", "SELECT count(*) FROM pg_indexes WHERE indexname LIKE '%_place'") == 3
    succeed("load", documents.CATALOG, "--database-url", target, "--restart")
    rows = succeed("index", "list", "--database-url", target).stdout.splitlines()[1:]
    assert len(rows) == 3 and all(row.endswith("ready") for row in rows)
