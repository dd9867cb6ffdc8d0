<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** A result that is JSON already. */
final class Encoded
{
    public function __construct(public readonly string $json)
    {
    }
}
