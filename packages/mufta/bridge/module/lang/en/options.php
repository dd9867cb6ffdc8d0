<?php

$MESS['MUFTA_BRIDGE_TAB_CONNECTION'] = 'Connection';
$MESS['MUFTA_BRIDGE_TAB_CONNECTOR'] = 'External system';
$MESS['MUFTA_BRIDGE_TAB_STATE'] = 'State';
$MESS['MUFTA_BRIDGE_TAB_RIGHTS'] = 'Rights';
$MESS['MUFTA_BRIDGE_RUNTIME_URL'] = 'Address of the runtime';
$MESS['MUFTA_BRIDGE_PRIVATE'] = 'It is in the local network (allow http and private addresses)';
$MESS['MUFTA_BRIDGE_SITE_URL'] = 'Address of this site from outside';
$MESS['MUFTA_BRIDGE_KEY'] = 'Key of the connection';
$MESS['MUFTA_BRIDGE_KEY_SET'] = 'received, kept encrypted';
$MESS['MUFTA_BRIDGE_KEY_NOT_SET'] = 'none: the site is not paired yet';
$MESS['MUFTA_BRIDGE_UNPAIR'] = 'Forget the key';
$MESS['MUFTA_BRIDGE_CODE'] = 'One-time code';
$MESS['MUFTA_BRIDGE_CODE_HINT'] = 'It is printed by the command: mufta bridge pair. The code is good for 15 '
    . 'minutes and only once.';
$MESS['MUFTA_BRIDGE_PAIR'] = 'Pair';
$MESS['MUFTA_BRIDGE_MODE'] = 'Mode';
$MESS['MUFTA_BRIDGE_MODE_PRODUCTION'] = 'production';
$MESS['MUFTA_BRIDGE_MODE_TEST'] = 'test: orders are read, but not changed';
$MESS['MUFTA_BRIDGE_PUSH'] = 'Tell of changes at once';
$MESS['MUFTA_BRIDGE_FREQUENCY'] = 'How often the agent sends the rest, seconds';
$MESS['MUFTA_BRIDGE_SITES'] = 'Sites whose orders take part';
$MESS['MUFTA_BRIDGE_MAPPING_HINT'] = 'One pair a line: code = value';
$MESS['MUFTA_BRIDGE_SECRET_SET'] = 'set; an empty field keeps it';
$MESS['MUFTA_BRIDGE_SECRET_NOT_SET'] = 'not set';
$MESS['MUFTA_BRIDGE_CHECK'] = 'Check';
$MESS['MUFTA_BRIDGE_REVIVE'] = 'Send the dead ones again';
$MESS['MUFTA_BRIDGE_SAVE'] = 'Save';
$MESS['MUFTA_BRIDGE_APPLY'] = 'Apply';
$MESS['MUFTA_BRIDGE_RESTORE'] = 'Defaults';
$MESS['MUFTA_BRIDGE_FACT_PAIRED'] = 'Paired with the connection';
$MESS['MUFTA_BRIDGE_FACT_LAST_CALL'] = 'Last call from outside';
$MESS['MUFTA_BRIDGE_FACT_LAST_PUSH'] = 'Last push';
$MESS['MUFTA_BRIDGE_FACT_LAST_AGENT'] = 'Last run of the agent';
$MESS['MUFTA_BRIDGE_FACT_WAITING'] = 'Waiting';
$MESS['MUFTA_BRIDGE_FACT_DEAD'] = 'Dead';
$MESS['MUFTA_BRIDGE_PROBLEM_NO_CRYPTO_KEY'] = 'There is no crypto_key in .settings.php: the key can be '
    . 'neither stored nor read.';
$MESS['MUFTA_BRIDGE_PROBLEM_NOT_PAIRED'] = 'The site is not paired with a runtime.';
$MESS['MUFTA_BRIDGE_PROBLEM_AGENT_SILENT'] = 'The agent has not run for long: look at cron or at the traffic '
    . 'of the site.';
$MESS['MUFTA_BRIDGE_PROBLEM_CLOCKS_DIFFER'] = 'PHP and the database tell different times: set one time zone.';
$MESS['MUFTA_BRIDGE_PROBLEM_DEAD_ROWS'] = 'There are messages that could not be delivered.';
$MESS['MUFTA_BRIDGE_PROBLEM_TEST_MODE'] = 'Test mode is on: changes from outside are refused.';
$MESS['MUFTA_BRIDGE_OUTCOME_SAVED'] = 'The settings are saved.';
$MESS['MUFTA_BRIDGE_OUTCOME_RESTORED'] = 'The defaults are back; the key of the connection was kept.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIRED'] = 'The site is paired.';
$MESS['MUFTA_BRIDGE_OUTCOME_UNPAIRED'] = 'The key of the connection is forgotten.';
$MESS['MUFTA_BRIDGE_OUTCOME_REVIVED'] = 'The dead messages wait again.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_OK'] = 'The connection works: address, key and signature were accepted.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_NOT_PAIRED'] = 'There is nothing to check: the site is not paired.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_ADDRESS'] = 'The address does not fit: https, or the permission for the '
    . 'local network.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_NO_ANSWER'] = 'No answer: look at the address, the certificate and the way '
    . 'out of the server.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_NOT_A_RUNTIME'] = 'Something else answers at this address.';
$MESS['MUFTA_BRIDGE_OUTCOME_CHECK_REFUSED'] = 'The request was refused: the key is not right or was revoked, '
    . 'or there is no such connection. Pair again.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_NO_CRYPTO_KEY'] = 'There is no crypto_key in .settings.php: the code was not '
    . 'spent; add the key and try again.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_ADDRESS'] = 'Look at both addresses: of the runtime (https) and of this '
    . 'site.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_CODE_FORM'] = 'The code is not complete: connection, dot and 16 characters.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_NO_ANSWER'] = 'The runtime did not answer; the code is probably not spent.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_CODE_REFUSED'] = 'The code was not accepted: it is wrong, too old or was '
    . 'used. Make a new one.';
$MESS['MUFTA_BRIDGE_OUTCOME_PAIR_NOT_A_RUNTIME'] = 'The answer is not that of a runtime.';
$MESS['MUFTA_BRIDGE_OUTCOME_BAD_ADDRESS'] = 'The address was not saved: https, or the permission for the '
    . 'local network.';
$MESS['MUFTA_BRIDGE_OUTCOME_NO_CRYPTO_KEY'] = 'A secret could not be stored or read: look at crypto_key in '
    . '.settings.php.';
