-- PostgreSQL 14: compression of a column.
CREATE SCHEMA app;
CREATE TABLE app.packed (a text COMPRESSION pglz);
