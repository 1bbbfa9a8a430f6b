# The same as npm's scripts, shorter to type: `npx just`, `npx just test`.

set positional-arguments

# What there is
default:
    @just --list

# Format everything
fmt:
    npm run fmt

# Lint, with types
lint:
    npm run lint

# Format, lint, types, boundaries, unit tests, generated files: under a minute
check:
    npm run check

# Everything, from scratch
test:
    npm test

# The package, in dist/
build:
    npm run build

# An engine, the base images, and the example up
dev-up:
    npm run dev-up

# The example, from its start to its end
demo:
    npm run demo

# Side by side with Docker Compose; writes bench/RESULTS.md
bench *args:
    npm run bench -- "$@"
