-- Latchkey's token store on MySQL 5.7 and later and MariaDB 10.3 and later.
-- usable_until: milliseconds since 1970-01-01T00:00:00Z. Keys compare bytewise: the collation is part of the contract.
CREATE TABLE IF NOT EXISTS latchkey_records (
  partition_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_version VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content LONGBLOB NOT NULL,
  usable_until BIGINT NOT NULL,
  PRIMARY KEY (partition_name, record_name),
  INDEX latchkey_records_expiry (usable_until)
) ENGINE=InnoDB;
