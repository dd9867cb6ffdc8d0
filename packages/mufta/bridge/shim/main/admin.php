<?php

declare(strict_types=1);

/** Tabs of an admin form: enough markup to see which field lies in which tab. */
class CAdminTabControl
{
    private int $next = 0;
    private bool $isOpen = false;

    public function __construct(private string $name, private array $tabs, $canExpand = true)
    {
    }

    public function Begin()
    {
        echo '<div class="adm-detail-block" id="' . htmlspecialcharsbx($this->name) . '">';
    }

    public function BeginNextTab($options = [])
    {
        $this->closeTab();
        $tab = $this->tabs[$this->next++] ?? null;
        if ($tab === null) {
            return false;
        }
        foreach (['DIV', 'TAB', 'TITLE'] as $key) {
            if (!array_key_exists($key, $tab)) {
                trigger_error("The tab has no $key", E_USER_WARNING);
            }
        }
        echo '<div class="adm-detail-content" id="' . htmlspecialcharsbx($tab['DIV']) . '" data-title="' . htmlspecialcharsbx($tab['TAB']) . '"><table>';
        $this->isOpen = true;
        return true;
    }

    public function EndTab()
    {
        $this->closeTab();
    }

    public function Buttons($params = false)
    {
        $this->closeTab();
        echo '<div class="adm-detail-content-btns">';
    }

    public function End()
    {
        $this->closeTab();
        echo '</div></div>';
        if ($this->next !== count($this->tabs)) {
            trigger_error('Not every tab was printed', E_USER_WARNING);
        }
    }

    public function ActiveTabParam()
    {
        return $this->name . '_active_tab=' . urlencode((string)($_REQUEST[$this->name . '_active_tab'] ?? ''));
    }

    private function closeTab(): void
    {
        if ($this->isOpen) {
            echo '</table></div>';
            $this->isOpen = false;
        }
    }
}

class CAdminMessage
{
    public function __construct(private mixed $message, private mixed $exception = false)
    {
    }

    public function Show()
    {
        return self::render($this->message);
    }

    public static function ShowMessage($message)
    {
        if (!empty($message)) {
            echo self::render($message);
        }
    }

    public static function ShowNote($message)
    {
        if (!empty($message)) {
            echo self::render(['MESSAGE' => $message, 'TYPE' => 'OK']);
        }
    }

    public static function ShowOldStyleError($message)
    {
        self::ShowMessage($message);
    }

    /** As the kernel: MESSAGE is escaped unless HTML is set, DETAILS too. */
    private static function render(mixed $message): string
    {
        $of = is_array($message) ? $message : ['MESSAGE' => $message, 'TYPE' => 'ERROR'];
        $text = static fn (string $key): string => ($of['HTML'] ?? false) ? (string)($of[$key] ?? '') : htmlspecialcharsbx($of[$key] ?? '');
        return '<div class="adm-info-message-wrap" data-type="' . htmlspecialcharsbx($of['TYPE'] ?? 'ERROR') . '">'
            . $text('MESSAGE') . '<br>' . $text('DETAILS') . '</div>';
    }
}

class CAdminUtil
{
}
