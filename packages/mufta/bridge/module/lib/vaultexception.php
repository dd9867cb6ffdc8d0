<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** A secret cannot be stored or read. The message is for the administrator and holds no secret. */
final class VaultException extends \RuntimeException
{
}
