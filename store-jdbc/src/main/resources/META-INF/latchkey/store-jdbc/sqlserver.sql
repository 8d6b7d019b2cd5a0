-- Latchkey's token store on Microsoft SQL Server 2016 and later. UNPROVED: run TokenStoreContract first.
-- usable_until: milliseconds since 1970-01-01T00:00:00Z. Keys compare bytewise: the collation is part of the contract.
CREATE TABLE latchkey_records (
  partition_name VARCHAR(64) COLLATE Latin1_General_BIN2 NOT NULL,
  record_name VARCHAR(64) COLLATE Latin1_General_BIN2 NOT NULL,
  record_version VARCHAR(64) COLLATE Latin1_General_BIN2 NOT NULL,
  content VARBINARY(MAX) NOT NULL,
  usable_until BIGINT NOT NULL,
  PRIMARY KEY (partition_name, record_name)
);
CREATE INDEX latchkey_records_expiry ON latchkey_records (usable_until);
