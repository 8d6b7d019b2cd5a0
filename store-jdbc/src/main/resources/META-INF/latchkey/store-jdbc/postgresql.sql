-- Latchkey's token store on PostgreSQL 9.5 and later.
-- usable_until: milliseconds since 1970-01-01T00:00:00Z. Keys compare bytewise: the collation is part of the contract.
CREATE TABLE IF NOT EXISTS latchkey_records (
  partition_name VARCHAR(64) COLLATE "C" NOT NULL,
  record_name VARCHAR(64) COLLATE "C" NOT NULL,
  record_version VARCHAR(64) COLLATE "C" NOT NULL,
  content BYTEA NOT NULL,
  usable_until BIGINT NOT NULL,
  PRIMARY KEY (partition_name, record_name)
);
CREATE INDEX IF NOT EXISTS latchkey_records_expiry ON latchkey_records (usable_until);
