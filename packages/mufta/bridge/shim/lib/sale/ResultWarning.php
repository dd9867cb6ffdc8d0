<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class ResultWarning extends ResultError
{
}
