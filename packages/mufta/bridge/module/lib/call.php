<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** A command of the runtime, verified and taken apart. */
final class Call
{
    private const MEMBERS = ['v', 'key', 'command', 'args'];

    private function __construct(
        public readonly string $command,
        public readonly string $key,
        public readonly Args $args,
        public readonly string $bodyHash,
        public readonly Deadline $deadline
    ) {
    }

    /** @throws Failure BAD_REQUEST */
    public static function parse(string $body, Deadline $deadline): self
    {
        try {
            $data = JsonCodec::decode($body);
        } catch (\JsonException) {
            throw new Failure('BAD_REQUEST', 'The body is not a JSON object');
        }
        if (($data['v'] ?? null) !== Module::PROTOCOL) {
            throw new Failure('BAD_REQUEST', 'This site speaks version 1 of the protocol');
        }
        $command = $data['command'] ?? null;
        $args = $data['args'] ?? null;
        $key = $data['key'] ?? '';
        if (!is_string($command) || !is_array($args) || array_diff(array_keys($data), self::MEMBERS) !== []) {
            throw new Failure('BAD_REQUEST', 'A request holds v, command, args and, for writes, key');
        }
        if (!is_string($key) || ($key !== '' && preg_match('/^[A-Za-z0-9_-]{1,64}$/D', $key) !== 1)) {
            throw new Failure('BAD_REQUEST', 'key is 1 to 64 letters, digits, _ or -');
        }
        return new self($command, $key, new Args($args), hash('sha256', $body), $deadline);
    }
}
