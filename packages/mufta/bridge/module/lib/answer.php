<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** What the endpoint says: HTTP status and JSON. */
final class Answer
{
    private function __construct(public readonly int $status, public readonly string $body)
    {
    }

    /** @param array<string, mixed>|Encoded $result */
    public static function result(array|Encoded $result): self
    {
        $json = match (true) {
            $result instanceof Encoded => $result->json,
            $result === [] => '{}',
            default => JsonCodec::encode($result),
        };
        return new self(200, '{"v":' . Module::PROTOCOL . ',"ok":true,"result":' . $json . '}');
    }

    public static function failure(Failure $failure): self
    {
        $error = ['code' => $failure->reason, 'message' => $failure->getMessage()];
        if ($failure->details !== []) {
            $error['details'] = $failure->details;
        }
        $body = ['v' => Module::PROTOCOL, 'ok' => false, 'error' => $error];
        return new self($failure->httpStatus(), JsonCodec::encode($body));
    }
}
