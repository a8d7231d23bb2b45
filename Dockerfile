# autogen with PostgreSQL's server programs, for its scratch databases: docker build -t autogen .
# Runs as a user without rights. The project is mounted or checked out by the CI system:
#   docker run --rm -v "$PWD:/project" autogen check --from versions
FROM debian:bookworm-slim AS build
WORKDIR /source
COPY tools/install-dependencies tools/install-dependencies
RUN tools/install-dependencies
COPY . .
RUN cmake --preset release && cmake --build --preset release --target autogen \
    && strip build/release/autogen

FROM debian:bookworm-slim
RUN mkdir -p /etc/postgresql-common \
    && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates curl git jq libpq5 libsqlite3-0 postgresql-15 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/build/release/autogen /usr/local/bin/autogen
# The id of the user on GitHub's runners, whose folders a job in a container writes to; initdb needs an account of that id.
RUN useradd --create-home --uid 1001 autogen \
    && git config --system --add safe.directory '*'
USER autogen
WORKDIR /project
ENTRYPOINT ["autogen"]
CMD ["--help"]
