<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** A command that cannot be carried out, with the code and facts that the runtime is told. */
final class Failure extends \RuntimeException
{
    private const STATUS = [
        'BAD_REQUEST' => 400,
        'REFUSED' => 400,
        'UNKNOWN_STATUS' => 400,
        'BAD_SIGNATURE' => 401,
        'STALE' => 401,
        'REPLAYED' => 401,
        'NOT_FOUND' => 404,
        'UNKNOWN_COMMAND' => 404,
        'KEY_REUSED' => 409,
        'VERSION_CONFLICT' => 409,
        'TOO_LARGE' => 413,
        'UNSUPPORTED_TYPE' => 415,
        'BUSY' => 429,
        'INTERNAL' => 500,
        'NOT_CONFIGURED' => 503,
        'TIME_OVER' => 503,
    ];

    /** @param array<string, mixed> $details facts without personal data */
    public function __construct(
        public readonly string $reason,
        string $message,
        public readonly array $details = [],
        public readonly ?int $status = null
    ) {
        parent::__construct($message);
    }

    public function httpStatus(): int
    {
        return $this->status ?? self::STATUS[$this->reason] ?? 500;
    }
}
