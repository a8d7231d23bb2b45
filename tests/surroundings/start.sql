-- What a project begins with: literals of every kind that a setting could make mean something else.
CREATE SCHEMA shop;
CREATE TYPE shop.size AS ENUM ('small', 'large');
CREATE TABLE shop.orders (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    placed timestamptz NOT NULL DEFAULT '2024-05-06 07:08:09.125+03',
    due date DEFAULT '2024-02-01',
    patience interval DEFAULT '-1 mons +2 days -03:04:05',
    weight double precision DEFAULT 0.1 CHECK (weight < 1e20),
    code bytea DEFAULT '\x0aff'::bytea,
    tags text[] DEFAULT ARRAY['a', NULL, 'NULL'],
    note xml DEFAULT 'two<b/>'::xml,
    path text DEFAULT E'c:\\temp\\new',
    size shop.size DEFAULT 'small',
    "order" integer
);
CREATE TABLE shop.days (at timestamptz NOT NULL, n integer) PARTITION BY RANGE (at);
CREATE TABLE shop.days_2024 PARTITION OF shop.days FOR VALUES FROM ('2024-01-01 00:00:00+02') TO ('2025-01-01 00:00:00+02');
CREATE INDEX orders_path ON shop.orders (lower(path)) WHERE placed > '2024-01-02 00:00:00+05:30';
CREATE FUNCTION shop.late(o shop.orders) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT o.due < '2024-01-03'::date $$;
CREATE VIEW shop.recent AS SELECT id, patience + '1 day 02:00:00'::interval AS patience, "order" FROM shop.orders WHERE path <> E'a\\b';
CREATE MATERIALIZED VIEW shop.totals AS SELECT size, count(*) AS n FROM shop.orders GROUP BY size;
COMMENT ON TABLE shop.orders IS 'what was ordered';
INSERT INTO shop.orders (due, "order") VALUES ('2024-03-04', 1), (NULL, 2);
