<?php

if (!defined('B_PROLOG_INCLUDED') || B_PROLOG_INCLUDED !== true) {
    die();
}

use Bitrix\Main\Context;
use Bitrix\Main\Loader;
use Bitrix\Main\Localization\Loc;
use Mufta\Bridge\Admin\SettingsForm;
use Mufta\Bridge\Admin\Status;
use Mufta\Bridge\ConnectorSettings;
use Mufta\Bridge\Dictionaries;
use Mufta\Bridge\Outbox;
use Mufta\Bridge\Settings;
use Mufta\Bridge\Upgrade;

/** @global CMain $APPLICATION */
global $APPLICATION;

// The rights tab reads this very name.
$module_id = 'mufta.bridge';

Loc::loadMessages(__FILE__);

$right = $APPLICATION->GetGroupRight($module_id);
if ($right < 'R' || !Loader::includeModule($module_id)) {
    return;
}
$canWrite = $right >= 'W';
if ($canWrite) {
    Upgrade::ifNeeded();
}

$request = Context::getCurrent()->getRequest();
$fields = ConnectorSettings::fields();
$isRussian = LANGUAGE_ID === 'ru';
$textOf = static fn (mixed $text): string => is_array($text)
    ? (string)($text[$isRussian ? 'ru' : 'en'] ?? $text['en'] ?? '')
    : (string)$text;

$tabs = [['connection', 'MUFTA_BRIDGE_TAB_CONNECTION']];
if ($fields !== []) {
    $tabs[] = ['connector', 'MUFTA_BRIDGE_TAB_CONNECTOR'];
}
$tabs[] = ['state', 'MUFTA_BRIDGE_TAB_STATE'];
$tabs[] = ['rights', 'MUFTA_BRIDGE_TAB_RIGHTS'];
$tabControl = new CAdminTabControl('mufta_bridge_tabs', array_map(static fn (array $tab): array => [
    'DIV' => 'mufta_bridge_' . $tab[0],
    'TAB' => Loc::getMessage($tab[1]),
    'ICON' => '',
    'TITLE' => Loc::getMessage($tab[1]),
], $tabs));

if ($canWrite && $request->isPost() && check_bitrix_sessid()) {
    $outcome = (new SettingsForm($request->getPostList()->toArray()))->run();
    // The rights tab saves itself when it is included, and prints while it does.
    $Update = (string)$request->getPost('Update') . (string)$request->getPost('Apply');
    if ($Update !== '') {
        ob_start();
        require_once $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/admin/group_rights.php';
        ob_end_clean();
    }
    $back = (string)$request->getPost('back_url_settings');
    // Only an address of this site: a foreign one would lead the administrator away.
    $isLocal = preg_match('~^/(?![/\\\\])[^\r\n]*$~D', $back) === 1;
    if ($isLocal && $outcome === 'saved' && (string)$request->getPost('Update') !== '') {
        LocalRedirect($back);
    }
    LocalRedirect(
        $APPLICATION->GetCurPage()
        . '?mid=' . urlencode($module_id)
        . '&lang=' . urlencode(LANGUAGE_ID)
        . '&mufta_bridge_outcome=' . urlencode($outcome)
        . ($isLocal ? '&back_url_settings=' . urlencode($back) : '')
        . '&' . $tabControl->ActiveTabParam()
    );
}

$outcome = (string)$request->get('mufta_bridge_outcome');
$outcomeText = SettingsForm::OUTCOMES[$outcome] ?? null;
if ($outcomeText !== null) {
    $isGood = in_array($outcome, ['saved', 'restored', 'paired', 'unpaired', 'revived', 'check_ok'], true);
    CAdminMessage::ShowMessage([
        'TYPE' => $isGood ? 'OK' : 'ERROR',
        'MESSAGE' => Loc::getMessage($outcomeText),
        'HTML' => false,
    ]);
}

$siteUrl = Settings::siteUrl();
if ($siteUrl === '') {
    $siteUrl = ($request->isHttps() ? 'https://' : 'http://') . $request->getHttpHost();
}
$chosenSites = Settings::sites();
$disabled = $canWrite ? '' : 'disabled';

$tabControl->Begin();
?>
<form
    method="post"
    action="<?= htmlspecialcharsbx($APPLICATION->GetCurPage()) ?>?mid=<?= urlencode($module_id)
    ?>&amp;lang=<?= urlencode(LANGUAGE_ID) ?>"
    autocomplete="off"
>
<?= bitrix_sessid_post() ?>
<input type="hidden" name="back_url_settings"
    value="<?= htmlspecialcharsbx((string)$request->get('back_url_settings')) ?>">
<?php $tabControl->BeginNextTab(); ?>
<tr>
    <td width="40%">
        <label for="mufta_bridge_runtime_url">
            <?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_RUNTIME_URL')) ?>
        </label>
    </td>
    <td>
        <input type="url" size="50" id="mufta_bridge_runtime_url" name="mufta_bridge_runtime_url"
            value="<?= htmlspecialcharsbx(Settings::runtimeUrl()) ?>" <?= htmlspecialcharsbx($disabled) ?>>
    </td>
</tr>
<tr>
    <td>
        <label for="mufta_bridge_private"><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_PRIVATE')) ?></label>
    </td>
    <td>
        <input type="checkbox" id="mufta_bridge_private" name="mufta_bridge_push_private" value="Y"
            <?= htmlspecialcharsbx(Settings::isPrivateAllowed() ? 'checked' : '') ?>
            <?= htmlspecialcharsbx($disabled) ?>>
    </td>
</tr>
<tr>
    <td>
        <label for="mufta_bridge_site_url"><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_SITE_URL')) ?></label>
    </td>
    <td>
        <input type="url" size="50" id="mufta_bridge_site_url" name="mufta_bridge_site_url"
            value="<?= htmlspecialcharsbx($siteUrl) ?>" <?= htmlspecialcharsbx($disabled) ?>>
    </td>
</tr>
<tr>
    <td><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_KEY')) ?></td>
    <td>
        <?= htmlspecialcharsbx(Loc::getMessage(
            Settings::isPaired() ? 'MUFTA_BRIDGE_KEY_SET' : 'MUFTA_BRIDGE_KEY_NOT_SET'
        )) ?>
        <?php if (Settings::isPaired() && $canWrite) : ?>
            <input type="submit" name="mufta_bridge_unpair"
                value="<?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_UNPAIR')) ?>">
        <?php endif; ?>
    </td>
</tr>
<tr>
    <td><label for="mufta_bridge_code"><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_CODE')) ?></label></td>
    <td>
        <input type="text" size="40" id="mufta_bridge_code" name="mufta_bridge_code" value=""
            autocomplete="off" <?= htmlspecialcharsbx($disabled) ?>>
        <input type="submit" name="mufta_bridge_pair" <?= htmlspecialcharsbx($disabled) ?>
            value="<?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_PAIR')) ?>">
        <br><small><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_CODE_HINT')) ?></small>
    </td>
</tr>
<tr>
    <td><label for="mufta_bridge_mode"><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_MODE')) ?></label></td>
    <td>
        <select id="mufta_bridge_mode" name="mufta_bridge_mode" <?= htmlspecialcharsbx($disabled) ?>>
            <option value="production" <?= htmlspecialcharsbx(Settings::isTest() ? '' : 'selected') ?>>
                <?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_MODE_PRODUCTION')) ?>
            </option>
            <option value="test" <?= htmlspecialcharsbx(Settings::isTest() ? 'selected' : '') ?>>
                <?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_MODE_TEST')) ?>
            </option>
        </select>
    </td>
</tr>
<tr>
    <td><label for="mufta_bridge_push"><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_PUSH')) ?></label></td>
    <td>
        <input type="checkbox" id="mufta_bridge_push" name="mufta_bridge_push" value="Y"
            <?= htmlspecialcharsbx(Settings::isPushOn() ? 'checked' : '') ?> <?= htmlspecialcharsbx($disabled) ?>>
    </td>
</tr>
<tr>
    <td>
        <label for="mufta_bridge_frequency"><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_FREQUENCY')) ?></label>
    </td>
    <td>
        <input type="number" min="<?= (int)Settings::MIN_FREQUENCY ?>" max="86400" id="mufta_bridge_frequency"
            name="mufta_bridge_frequency" value="<?= (int)Settings::frequency() ?>"
            <?= htmlspecialcharsbx($disabled) ?>>
    </td>
</tr>
<tr>
    <td><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_SITES')) ?></td>
    <td>
        <?php foreach (Dictionaries::sites() as $site) : ?>
            <label>
                <input type="checkbox" name="mufta_bridge_sites[]" value="<?= htmlspecialcharsbx($site['code']) ?>"
                    <?= htmlspecialcharsbx(
                        $chosenSites === [] || in_array($site['code'], $chosenSites, true) ? 'checked' : ''
                    ) ?>
                    <?= htmlspecialcharsbx($disabled) ?>>
                <?= htmlspecialcharsbx($site['name'] . ' [' . $site['code'] . ']') ?>
            </label><br>
        <?php endforeach; ?>
    </td>
</tr>
<?php if ($fields !== []) : ?>
    <?php $tabControl->BeginNextTab(); ?>
    <?php foreach ($fields as $index => $field) : ?>
        <?php
        $id = 'mufta_bridge_field_' . $index;
        $kind = (string)($field['kind'] ?? 'text');
        $stored = ConnectorSettings::get($field);
        $preset = is_scalar($field['default'] ?? null) ? $field['default'] : '';
        $value = $kind === 'secret' ? '' : $stored ?? (is_bool($preset) ? ($preset ? 'Y' : 'N') : (string)$preset);
        ?>
    <tr>
        <td width="40%">
            <label for="<?= htmlspecialcharsbx($id) ?>">
                <?= htmlspecialcharsbx($textOf($field['title'] ?? $field['path'])) ?>
            </label>
        </td>
        <td>
            <?php if ($kind === 'boolean') : ?>
                <input type="checkbox" id="<?= htmlspecialcharsbx($id) ?>" name="<?= htmlspecialcharsbx($id) ?>"
                    value="Y" <?= htmlspecialcharsbx($value === 'Y' ? 'checked' : '') ?>
                    <?= htmlspecialcharsbx($disabled) ?>>
            <?php elseif ($kind === 'choice') : ?>
                <select id="<?= htmlspecialcharsbx($id) ?>" name="<?= htmlspecialcharsbx($id) ?>"
                    <?= htmlspecialcharsbx($disabled) ?>>
                    <?php foreach ((array)($field['choices'] ?? []) as $choice) : ?>
                        <option value="<?= htmlspecialcharsbx((string)$choice) ?>"
                            <?= htmlspecialcharsbx((string)$choice === $value ? 'selected' : '') ?>>
                            <?= htmlspecialcharsbx((string)$choice) ?>
                        </option>
                    <?php endforeach; ?>
                </select>
            <?php elseif (in_array($kind, ['mapping', 'list', 'json'], true)) : ?>
                <textarea rows="8" cols="60" id="<?= htmlspecialcharsbx($id) ?>" name="<?= htmlspecialcharsbx($id) ?>"
                    <?= htmlspecialcharsbx($disabled) ?>><?= htmlspecialcharsbx($value) ?></textarea>
                <?php if ($kind === 'mapping') : ?>
                    <br><small><?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_MAPPING_HINT')) ?></small>
                <?php endif; ?>
            <?php else : ?>
                <input type="<?= htmlspecialcharsbx($kind === 'secret' ? 'password' : 'text') ?>" size="50"
                    id="<?= htmlspecialcharsbx($id) ?>" name="<?= htmlspecialcharsbx($id) ?>"
                    autocomplete="new-password" value="<?= htmlspecialcharsbx($value) ?>"
                    <?= htmlspecialcharsbx($disabled) ?>>
                <?php if ($kind === 'secret') : ?>
                    <?= htmlspecialcharsbx(Loc::getMessage(
                        $stored === null ? 'MUFTA_BRIDGE_SECRET_NOT_SET' : 'MUFTA_BRIDGE_SECRET_SET'
                    )) ?>
                <?php endif; ?>
            <?php endif; ?>
            <?php if (isset($field['hint'])) : ?>
                <br><small><?= htmlspecialcharsbx($textOf($field['hint'])) ?></small>
            <?php endif; ?>
        </td>
    </tr>
    <?php endforeach; ?>
<?php endif; ?>
<?php $tabControl->BeginNextTab(); ?>
<?php foreach (Status::problems() as $problem) : ?>
    <tr>
        <td colspan="2"><b><?= htmlspecialcharsbx(Loc::getMessage($problem)) ?></b></td>
    </tr>
<?php endforeach; ?>
<?php foreach (Status::facts() as $name => $value) : ?>
    <tr>
        <td width="40%"><?= htmlspecialcharsbx(Loc::getMessage($name)) ?></td>
        <td><?= htmlspecialcharsbx($value) ?></td>
    </tr>
<?php endforeach; ?>
<?php foreach (Outbox::deadRows(50) as $row) : ?>
    <tr>
        <td><?= htmlspecialcharsbx($row['ENTITY'] . ' ' . $row['ENTITY_ID']) ?></td>
        <td>
            <?= htmlspecialcharsbx($row['REASON'] . ', ' . $row['ATTEMPTS'] . ' × ' . $row['LAST_ERROR']) ?>
        </td>
    </tr>
<?php endforeach; ?>
<tr>
    <td></td>
    <td>
        <input type="submit" name="mufta_bridge_check" <?= htmlspecialcharsbx($disabled) ?>
            value="<?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_CHECK')) ?>">
        <input type="submit" name="mufta_bridge_revive" <?= htmlspecialcharsbx($disabled) ?>
            value="<?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_REVIVE')) ?>">
    </td>
</tr>
<?php
$tabControl->BeginNextTab();
require_once $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/admin/group_rights.php';
$tabControl->Buttons();
?>
<input type="submit" name="Update" class="adm-btn-save" <?= htmlspecialcharsbx($disabled) ?>
    value="<?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_SAVE')) ?>">
<input type="submit" name="Apply" <?= htmlspecialcharsbx($disabled) ?>
    value="<?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_APPLY')) ?>">
<input type="submit" name="RestoreDefaults" <?= htmlspecialcharsbx($disabled) ?>
    value="<?= htmlspecialcharsbx(Loc::getMessage('MUFTA_BRIDGE_RESTORE')) ?>">
<?php $tabControl->End(); ?>
</form>
