# doctor の文。doctor-<項目>-<結果>。

doctor-good = 良い
doctor-warning = 注意
doctor-bad = 問題
doctor-unknown = 不明
doctor-config-good = 設定：誤りはありません
doctor-config-bad = 設定：node.toml を直してください
doctor-modes-good = 権限：ほかの人は読めません
doctor-modes-bad = 権限：ほかの人が読めるものが { $count } 個ありました
doctor-modes-unknown = 権限：調べられません
doctor-space-good = 空き容量：{ $free } バイト（必要 { $needed } バイト）
doctor-space-warning = 空き容量：{ $free } バイト。必要な { $needed } バイトに近く、次の取り込みで足りなくなるかもしれません
doctor-space-bad = 空き容量：{ $free } バイト。必要な { $needed } バイトがありません。空きを作ってください
doctor-space-unknown = 空き容量：調べられません
doctor-clock-good = 時計：{ $now }。おかしな点はありません（正しいとまでは言えません）
doctor-clock-bad = 時計：{ $now } は過去の時刻です。合わせてください
doctor-clock-source-good = 時刻合わせ：時刻サーバーに合わせています
doctor-clock-source-unknown = 時刻合わせ：合わせているか分かりません。時計を目で確かめてください
doctor-swap-good = スワップ：ありません
doctor-swap-warning = スワップ：{ $count } か所あり、開放中の鍵がディスクに残るおそれがあります。止めるか、暗号化してください
doctor-swap-unknown = スワップ：調べられません
doctor-core-dumps-good = コアダンプ：作られません
doctor-core-dumps-warning = コアダンプ：異常終了のとき、メモリーの内容がディスクに残ります。サービスに LimitCORE=0 を設定してください
doctor-open-files-good = ファイル数の上限：{ $limit }（必要 { $needed }）
doctor-open-files-bad = ファイル数の上限：{ $limit } では足りません。{ $needed } 以上にしてください
doctor-serving-good = 動作：ノードは動いています
doctor-serving-warning = 動作：ノードは動いていません。serve を始めてください
doctor-serving-bad = 動作：ノードのデータを開けません
doctor-serving-unknown = 動作：ほかのコマンドが使用中です
doctor-page-good = 画面の証明書：タブレットに入れるルート証明書があります（SHA-256 { $fingerprint }）
doctor-page-warning = 画面の証明書：まだありません。serve を一度動かし、tomoshibi-node page で確かめてください
doctor-page-bad = 画面の証明書：ルート証明書を読めません
doctor-alarms-good = 警報：ありません
doctor-alarms-bad = 警報：{ $count } 件あります
doctor-alarms-unknown = 警報：調べられません
