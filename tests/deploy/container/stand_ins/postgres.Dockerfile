FROM docker.io/library/debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null && rm -rf /var/lib/apt/lists/*
COPY --chmod=0755 postgres_entrypoint /usr/local/bin/
ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/usr/sbin
VOLUME /var/lib/postgresql/data
EXPOSE 5432
ENTRYPOINT ["postgres_entrypoint"]
STOPSIGNAL SIGINT
