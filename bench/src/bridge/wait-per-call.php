<?php

/** Before every request of the site: the time that the simulated portal takes for a call. */

declare(strict_types=1);

usleep((int)getenv('PER_CALL_MS') * 1000);
