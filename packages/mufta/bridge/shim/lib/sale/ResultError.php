<?php

declare(strict_types=1);

namespace Bitrix\Sale;

class ResultError extends \Bitrix\Main\Error
{
}
