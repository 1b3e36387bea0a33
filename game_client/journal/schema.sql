-- One file a profile. `PRAGMA user_version` counts changes of this schema.
CREATE TABLE profile_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    profile_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,        -- grows when the journal is restored, cloned or salvaged
    next_device_seq INTEGER NOT NULL
);
CREATE TABLE session (
    id TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    device_seq INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started_utc_ms INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'sealed', 'damaged')),
    header BLOB NOT NULL,
    ended_reason TEXT,
    UNIQUE (epoch, device_seq)
);
CREATE TABLE piece (
    session_id TEXT NOT NULL REFERENCES session (id),
    seq INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (session_id, seq)
);
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    device_seq INTEGER NOT NULL,
    manifest BLOB NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    refusals INTEGER NOT NULL DEFAULT 0,
    next_try_utc_ms INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    receipt BLOB,
    sealed_utc_ms INTEGER NOT NULL,
    UNIQUE (epoch, device_seq)
);
CREATE TABLE plan (
    revision INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    envelope BLOB NOT NULL,
    applied_utc_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,         -- applied, withdrawn, or why the old plan stays
    reported INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE sync_state (           -- what the sync remembers between its runs
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
