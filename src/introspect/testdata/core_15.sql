-- PostgreSQL 15: NULLS NOT DISTINCT, the columns of SET NULL, unlogged sequences.
CREATE SCHEMA app;
CREATE UNLOGGED SEQUENCE app.quick;
CREATE TABLE app.target (a integer, b integer, c integer, PRIMARY KEY (a, b), CONSTRAINT c_key UNIQUE NULLS NOT DISTINCT (c));
CREATE UNIQUE INDEX by_b ON app.target (b) NULLS NOT DISTINCT;
CREATE TABLE app.source (a integer, b integer,
  CONSTRAINT source_fk FOREIGN KEY (a, b) REFERENCES app.target ON DELETE SET NULL (b));
CREATE TABLE app.unlogged_identity (id integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME app.odd_name));
ALTER SEQUENCE app.odd_name SET UNLOGGED;
