# 42min as a container: the binary, the system's certificates, no shell, no root.
#     docker build --tag 42min .
#     docker run --detach --name 42min --publish 127.0.0.1:4242:4242 --volume 42min:/var/lib/42min \
#         --env MIN42_BASE_URL=https://meet.example.com 42min
#     docker logs 42min        # the link with the setup code
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo build --locked --release --package fortytwo && mkdir /empty

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/target/release/42min /usr/bin/42min
COPY --from=build --chown=nonroot:nonroot /empty /var/lib/42min
ENV MIN42_LISTEN=0.0.0.0:4242 MIN42_DATA=/var/lib/42min
WORKDIR /var/lib/42min
VOLUME /var/lib/42min
EXPOSE 4242
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/usr/bin/42min", "ready"]
ENTRYPOINT ["/usr/bin/42min"]
CMD ["serve"]
