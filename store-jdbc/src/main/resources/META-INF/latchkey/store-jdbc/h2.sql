-- Latchkey's token store on H2 2.2 and later.
-- usable_until: milliseconds since 1970-01-01T00:00:00Z. Keys are bytes: H2's collation is one for the whole database.
CREATE TABLE IF NOT EXISTS latchkey_records (
  partition_name VARBINARY(64) NOT NULL,
  record_name VARBINARY(64) NOT NULL,
  record_version VARCHAR(64) NOT NULL,
  content VARBINARY(16777216) NOT NULL,
  usable_until BIGINT NOT NULL,
  PRIMARY KEY (partition_name, record_name)
);
CREATE INDEX IF NOT EXISTS latchkey_records_expiry ON latchkey_records (usable_until);
