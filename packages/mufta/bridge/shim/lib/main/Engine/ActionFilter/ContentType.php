<?php

declare(strict_types=1);

namespace Bitrix\Main\Engine\ActionFilter;

use Bitrix\Main\Context;
use Bitrix\Main\Error;
use Bitrix\Main\Event;
use Bitrix\Main\EventResult;

class ContentType extends Base
{
    public const JSON = 'application/json';

    public function __construct(private array $allowedTypes)
    {
        parent::__construct();
    }

    public function onBeforeAction(Event $event)
    {
        if (in_array(Context::getCurrent()->getRequest()->getHeaders()->getContentType(), $this->allowedTypes, true)) {
            return null;
        }
        Context::getCurrent()->getResponse()->setStatus(400);
        $this->addError(new Error('Wrong content type', 'invalid_content_type'));
        return new EventResult(EventResult::ERROR, null, null, $this);
    }
}
