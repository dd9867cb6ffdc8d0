<?php

declare(strict_types=1);

namespace Bitrix\Main\Engine\ActionFilter;

use Bitrix\Main\Context;
use Bitrix\Main\Error;
use Bitrix\Main\Event;
use Bitrix\Main\EventResult;

class HttpMethod extends Base
{
    public const METHOD_GET = 'GET';
    public const METHOD_POST = 'POST';
    public const ERROR_INVALID_METHOD = 'invalid_http_method';

    public function __construct(private array $allowedMethods = [self::METHOD_GET])
    {
        parent::__construct();
    }

    public function containsPostMethod()
    {
        return in_array(self::METHOD_POST, $this->allowedMethods, true);
    }

    public function onBeforeAction(Event $event)
    {
        if (in_array(Context::getCurrent()->getRequest()->getRequestMethod(), $this->allowedMethods, true)) {
            return null;
        }
        $this->addError(new Error('Request method is not allowed', self::ERROR_INVALID_METHOD));
        return new EventResult(EventResult::ERROR, null, null, $this);
    }
}
