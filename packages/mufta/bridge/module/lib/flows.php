<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** What the connector's flows need to hear of. The builder writes this file. */
final class Flows
{
    public const ENTITIES = ['order'];
}
