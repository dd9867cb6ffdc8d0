<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** The key that the site and the runtime share after pairing. */
final class Credentials
{
    public function __construct(public readonly string $keyId, public readonly string $secret)
    {
    }
}
