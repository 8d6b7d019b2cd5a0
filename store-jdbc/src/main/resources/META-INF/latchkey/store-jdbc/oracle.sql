-- Latchkey's token store on Oracle Database 12.2 and later. UNPROVED: run TokenStoreContract first.
-- usable_until: milliseconds since 1970-01-01T00:00:00Z. Keys compare bytewise, if NLS_COMP is BINARY, as it is by default.
-- content may be null: to Oracle, no bytes are null.
CREATE TABLE latchkey_records (
  partition_name VARCHAR2(64 CHAR) NOT NULL,
  record_name VARCHAR2(64 CHAR) NOT NULL,
  record_version VARCHAR2(64 CHAR) NOT NULL,
  content BLOB,
  usable_until NUMBER(19) NOT NULL,
  PRIMARY KEY (partition_name, record_name)
);
CREATE INDEX latchkey_records_expiry ON latchkey_records (usable_until);
