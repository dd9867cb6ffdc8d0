<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** What came of a request. Status 0 = nothing usable came back. */
final class HttpOutcome
{
    public function __construct(
        public readonly int $status,
        public readonly string $body,
        public readonly ?int $retryAfter
    ) {
    }

    public function isGood(): bool
    {
        return $this->status >= 200 && $this->status < 300;
    }

    /** The other end is away or busy: the same request may succeed later. */
    public function isPassing(): bool
    {
        return $this->status === 0 || $this->status >= 500 || in_array($this->status, [408, 425, 429], true);
    }

    /** Key, address or connection is wrong: no request will succeed until somebody looks at the settings. */
    public function isSetup(): bool
    {
        $isRedirect = $this->status >= 300 && $this->status < 400;
        return $isRedirect || in_array($this->status, [401, 403, 404, 405, 410], true);
    }

    /** @return array<array-key, mixed>|null null for what is no JSON object */
    public function json(): ?array
    {
        try {
            return JsonCodec::decode($this->body);
        } catch (\JsonException) {
            return null;
        }
    }
}
