# 失敗と警報の文。error-<コード> は何が起きたか、error-<コード>-hint はどうすればよいか。

error-internal = 内部の誤りが起きました。
error-internal-hint = もう一度試し、続くときは serve のログを添えて開発元に知らせてください。
error-data-missing = データフォルダーが指定されていません。
error-data-missing-hint = --data フォルダー名 を付けてください。
error-init-arguments = 指定された値のつじつまが合いません。
error-init-arguments-hint = 次の点を直してください。フォルダーは作っていません。
error-output = 結果を出力できません（{ $cause }）。
error-output-hint = 出力先の空き容量や、パイプの先のコマンドを確かめてください。
error-entropy = 乱数を得られません（{ $cause }）。
error-entropy-hint = 鍵を作れないため中止しました。OS の状態を確かめてください。

error-disk = { $path } を処理できません（{ $doing }: { $cause }）。
error-disk-hint = フォルダーの所有者とディスクの状態を確かめてください。
error-disk-full = ディスクがいっぱいで { $path } に書けません（{ $doing }: { $cause }）。
error-disk-full-hint = 不要なファイルを消して空きを作ってください。
error-folder-missing = { $path } はノードのデータフォルダーではありません。
error-folder-missing-hint = フォルダー名を確かめるか、init で作ってください。
error-folder-owned = { $path } はほかのプロセス（{ $process }）が使っています。
error-folder-owned-hint = 少し待ってもう一度試すか、そのプロセスを終えてください。
error-init-exists = { $path } には、すでにノードのデータがあります。
error-init-exists-hint = 別のフォルダーを指定してください。既存のデータには手を付けていません。
error-secret-missing = 鍵 { $name } がありません。
error-secret-missing-hint = ノードの登録が済んでいるか確かめてください。
error-secret-exists = 鍵 { $name } はすでにあります。
error-secret-exists-hint = 鍵は上書きしません。作り直すときは新しいフォルダーで init から始めてください。
error-secret-damaged = 鍵 { $name } が壊れています。
error-secret-damaged-hint = このフォルダーは消さずに残してください（証跡があります）。空のフォルダーで init からやり直し、センターの新しい登録コードで登録してください。
error-state = ノードの状態を読み書きできません（{ $what }）。
error-state-hint = ディスクの状態を確かめ、serve を再起動してください。

error-config = node.toml に誤りが { $count } 件あります。
error-config-hint = 次の行を直してください。
error-config-not-text = node.toml が UTF-8 の文字ではありません。
error-config-not-text-hint = UTF-8 で保存し直してください。
error-config-syntax = { $line } 行目：TOML として読めません（{ $what }）。
error-config-syntax-hint = 引用符や記号の書き方を直してください。
error-config-unknown-section = { $line } 行目：[{ $key }] という節はありません。
error-config-unknown-section-hint = [{ $nearest }] ではありませんか。
error-config-unknown-key = { $line } 行目：{ $key } という設定はありません。
error-config-unknown-key-hint = { $nearest } ではありませんか。
error-config-missing = { $line } 行目：{ $key } がありません。
error-config-missing-hint = この設定を書き加えてください。
error-config-kind = { $line } 行目：{ $key } の値の種類が違います。
error-config-kind-hint = { $expected ->
    [text] 文字を "" で囲んで書いてください。
    [number] 整数を書いてください。
    [list] ["a", "b"] のように並べて書いてください。
   *[section] [{ $key }] という節にしてください。
  }
error-config-range = { $line } 行目：{ $key } = { $found } は範囲の外です。
error-config-range-hint = { $min } 以上 { $max } 以下にしてください。
error-config-name = { $line } 行目：{ $key } の長さか文字が使えません。
error-config-name-hint = 1～64 文字で、改行などを含めずに書いてください。
error-config-facility = { $line } 行目：{ $key } が医療機関コードではありません。
error-config-facility-hint = 都道府県番号で始まる 10 桁の数字を書いてください。
error-config-municipality = { $line } 行目：{ $key } が市区町村のコードではありません。
error-config-municipality-hint = 都道府県番号で始まる 5 桁の数字を書いてください。
error-config-prefecture = { $line } 行目：{ $key } = { $municipality } と医療機関コード { $facility } の都道府県が違います。
error-config-prefecture-hint = どちらかを直してください。
error-config-language = { $line } 行目：{ $key } が使える言語ではありません。
error-config-language-hint = "ja" か "en" を書いてください。
error-config-address = { $line } 行目：{ $key } が「ホスト名:ポート番号」の形ではありません。
error-config-address-hint = 例："centre.example:4433"
error-config-listen = { $line } 行目：{ $key } が「IPアドレス:ポート番号」の形ではありません。
error-config-listen-hint = 例："0.0.0.0:8443"（すべてのアドレス）、"192.168.1.20:8443"
error-config-page-name = { $line } 行目：{ $key } に、ホスト名でも IP アドレスでもないものがあります。
error-config-page-name-hint = https:// やポート番号を付けずに、名前か番地だけを書いてください。例："tomoshibi.local"、"192.168.1.20"

error-control-silent = 動いているノードから応答がありません（{ $cause }）。
error-control-silent-hint = serve が動いているか確かめてください。
error-control-answer = 動いているノードの応答を読めません。
error-control-answer-hint = serve とこのコマンドの版が同じか確かめ、serve を再起動してください。
error-control-request = ノードがこの要求を知りません。
error-control-request-hint = serve とこのコマンドの版が同じか確かめ、serve を再起動してください。
error-control-line = 要求が長すぎます（上限 { $limit } バイト）。
error-control-line-hint = 短くしてください。
error-control-busy = ノードが同時に受けられる要求の数を超えました。
error-control-busy-hint = 少し待ってもう一度試してください。
error-serve-start = ノードを動かせません（{ $cause }）。
error-serve-start-hint = 資源の制限（ファイル数、スレッド数）を確かめてください。

error-manifest-refused = データの目録を受け入れません（{ $what }）。
error-manifest-refused-hint = 今のデータはそのまま使えます。届いた元を確かめてください。
error-snapshot-older = 地域 { $region } のデータ { $offered } は、手元の { $current } より古いものです。
error-snapshot-older-hint = 今のデータはそのまま使えます。古い媒体でないか確かめてください。
error-snapshot-conflict = 地域 { $region } に、番号 { $id } が同じで中身の違うデータが二つあります（手元 { $current }、届いたもの { $offered }）。
error-snapshot-conflict-hint = 手元のものを使い続けます。改ざんの恐れがあるので、センターに知らせてください。
error-snapshot-incomplete = データ { $id } がそろっていません（残り { $count } 個、最初は { $first }）。
error-snapshot-incomplete-hint = 今のデータはそのまま使えます。取り込みを続けてください。
error-space = 空き容量が足りません（これから { $needed } バイト、残すべき { $margin } バイト、空き { $free } バイト）。
error-space-hint = 空きを作ると、取り込みは続きから始まります。
error-segment-form = 届いたデータ { $digest } の形が正しくありません。
error-segment-form-hint = 届いた元を確かめてください。取り込みはやり直されます。
error-segment-digest = 届いたデータ { $digest } の中身が違います（実際は { $found }）。
error-segment-digest-hint = 捨てて取り込み直します。続くときは届いた元を確かめてください。

error-alarm-fell-back = 地域 { $region } の最新データ { $wanted } が壊れているため、一つ前の { $served } を使っています。
error-alarm-fell-back-hint = 回線か媒体で取り込み直してください。また起きるときは、ディスクを交換してください。
error-alarm-incomplete = 地域 { $region } のデータ { $served } に { $count } 個の欠けがあります。
error-alarm-incomplete-hint = 回線で取り込み直してください。それまでは開設できないことや、一部の記録を読めないことがあります。「記録がない」という意味ではありません。
error-alarm-records-not-read = 薬剤・健診のデータ { $count } 個を読めません。
error-alarm-records-not-read-hint = そこにあるかもしれない記録は「読めません」と表示します。「記録がない」という意味ではありません。ディスクを調べ、回線で取り込み直してください。
error-alarm-snapshot-behind = 照会はデータ { $read } を読んでいます。新しい { $served } は届いていますが、まだ使っていません。
error-alarm-snapshot-behind-hint = 同期のたびにもう一度試します。それまでは、新しい取下げと記録は反映されません。
error-alarm-lost = 地域 { $region } のデータ { $wanted } の目録が読めず、使えるデータがありません。
error-alarm-lost-hint = 回線か媒体で取り込み直してください。
error-alarm-pointer-lost = 地域 { $region } の状態が失われたため、ディスクにある { $served } を使っています。
error-alarm-pointer-lost-hint = これより新しいデータがなかったか、センターで確かめてください。
error-alarm-state-set-aside = ノードの状態が壊れていたため、{ $path } に移して新しく始めました。暗証番号、暗証番号と開放コードの誤りの回数、センターの受領状況は失われました。
error-alarm-state-set-aside-hint = 職員は暗証番号を設定し直してください。ディスクを調べ、このフォルダーを調査する人に渡してから消してください。消すまで表示されます。
error-alarm-enrolment-restored = 状態から登録が失われていたため、ファイル enrolment からノード { $node } として続けています。
error-alarm-enrolment-restored-hint = データがあるか status で確かめてください。職員は暗証番号を設定し直してください。
error-enrolment-foreign = ファイル enrolment はノード { $node } のもので、鍵がこのフォルダーのものと違います。
error-enrolment-foreign-hint = このノードのファイルを戻すか、新しい番号で登録し直してください。
error-state-copy = 状態のわきのファイルが使えません（{ $what }）。
error-state-copy-hint = ディスクの状態を調べてください。内容を推測では補いません。
error-alarm-loose = { $path } をほかの人が読める状態（{ $mode }）です。
error-alarm-loose-hint = { $expected } に直します。だれが変えたか確かめてください。
