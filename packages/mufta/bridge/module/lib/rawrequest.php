<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\Context;

/** The request as it was sent. The kernel's parameters are not used: the proactive filter may alter them. */
final class RawRequest
{
    public const MAX_BYTES = 2_097_152;

    public function __construct(
        public readonly string $method,
        public readonly string $target,
        public readonly string $contentType,
        public readonly int $contentLength,
        public readonly string $body,
        public readonly string $keyId,
        public readonly string $time,
        public readonly string $nonce,
        public readonly string $signature
    ) {
    }

    public static function current(): self
    {
        $server = Context::getCurrent()->getServer();
        $header = static fn (string $name): string => (string)$server->get($name);
        // One byte more than allowed, so that too much is seen without reading it all.
        $body = file_get_contents('php://input', false, null, 0, self::MAX_BYTES + 1);
        return new self(
            $header('REQUEST_METHOD'),
            self::pathAndQuery($header('REQUEST_URI')),
            $header('CONTENT_TYPE'),
            (int)$header('CONTENT_LENGTH'),
            (string)$body,
            $header('HTTP_X_BRIDGE_KEY'),
            $header('HTTP_X_BRIDGE_TIME'),
            $header('HTTP_X_BRIDGE_NONCE'),
            $header('HTTP_X_BRIDGE_SIGNATURE')
        );
    }

    /** Some proxies send the absolute form; signed is what follows the host. */
    private static function pathAndQuery(string $uri): string
    {
        return (string)preg_replace('~^https?://[^/?#]*~i', '', $uri);
    }
}
