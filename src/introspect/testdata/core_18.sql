-- PostgreSQL 18: virtual columns, named NOT NULL constraints, NOT ENFORCED, temporal keys.
CREATE SCHEMA app;
CREATE EXTENSION btree_gist;
CREATE TABLE app.target (
  id integer CONSTRAINT must NOT NULL,
  span daterange,
  doubled integer GENERATED ALWAYS AS (id * 2) VIRTUAL,
  late text,
  local text CONSTRAINT only_here NOT NULL NO INHERIT,
  plain text NOT NULL,
  CONSTRAINT target_pk PRIMARY KEY (id, span WITHOUT OVERLAPS),
  CONSTRAINT target_key UNIQUE (plain, span WITHOUT OVERLAPS),
  CONSTRAINT advice CHECK (id > 0) NOT ENFORCED
);
ALTER TABLE app.target ADD CONSTRAINT late_not_null NOT NULL late NOT VALID;
COMMENT ON CONSTRAINT must ON app.target IS 'a not null';
CREATE TABLE app.source (id integer, span daterange,
  CONSTRAINT source_fk FOREIGN KEY (id, PERIOD span) REFERENCES app.target (id, PERIOD span),
  CONSTRAINT soft_fk FOREIGN KEY (id, PERIOD span) REFERENCES app.target (id, PERIOD span) NOT ENFORCED);

-- Since PostgreSQL 17.
CREATE TABLE app.split (id integer, span daterange, EXCLUDE USING gist (id WITH =, span WITH &&)) PARTITION BY LIST (id);
CREATE TABLE app.split_1 PARTITION OF app.split FOR VALUES IN (1);
