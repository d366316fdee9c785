# The image holds the executable and nothing else: no shell, no package manager, no Deno.
FROM denoland/deno:debian-2.9.6 AS build
WORKDIR /src
COPY deno.json deno.lock ./
RUN deno install --frozen
COPY main.ts ./
COPY src ./src
COPY scripts ./scripts
RUN deno task compile

# cc: the executable needs glibc and libgcc. nonroot: user 65532, who can write nowhere.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/dist/superset-mcp /usr/local/bin/superset-mcp
# Inside a container, loopback is the container's own. The demo and MCP_DEV_USERNAME then ask for
# MCP_DEV_USERNAME_ANYWHERE=true, because whoever reaches the port is that user.
ENV MCP_SERVICE_HOST=0.0.0.0
EXPOSE 5008
# No HEALTHCHECK: there is nothing here to run one with. Let the orchestrator ask over HTTP:
# GET /health/live (is it alive) and GET /health/ready (may it get traffic).
ENTRYPOINT ["/usr/local/bin/superset-mcp"]
