"""The workspace in one file, and a workspace made of it again.

The file is a .zip with a manifest that lists every other file in it with its SHA-256. The database is copied first, by
its own means, which give one moment of it while the server runs: SQLite's online copy, PostgreSQL's ``pg_dump``. They
restore exactly, to the last microsecond of an event's time, on which the hashes of the chain rest; a dump by rows
would not. Then the files are copied that this database names: they are written before the row that names them, have
names of their own and never change, so that all of them are there. One that was removed in between is no fault of
the copy: then the database is copied again.

The key that signs sessions is left out: who finds the file cannot make themselves a log-in with it, and after a
restore everybody logs in anew.
"""

from jiaoheng.ledger.backup.archive import BackupError, Manifest
from jiaoheng.ledger.backup.keep import backup
from jiaoheng.ledger.backup.proof import Shortcoming, shortcomings
from jiaoheng.ledger.backup.restore import restore

__all__ = ["BackupError", "Manifest", "Shortcoming", "backup", "restore", "shortcomings"]
