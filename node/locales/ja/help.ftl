# 使い方（--help）の文。

help-about = Tomoshibi ノード：災害時に回線が切れても、施設内で資格・薬剤・健診の情報を確かめるためのプログラム
help-arg-data = データフォルダー（環境変数 TOMOSHIBI_DATA でも指定できます）
help-arg-json = 結果を JSON で出力します
help-arg-lang = メッセージの言語
help-init = データフォルダーを作ります
help-init-arg-name = ノードの呼び名（1～64 文字）
help-init-arg-facility = 医療機関コード（10 桁）
help-init-arg-municipality = 施設のある市区町村のコード（5 桁）
help-enrol = 一回限りのコードでノードをセンターに登録します
help-enrol-arg-centre = センターのアドレス
help-enrol-arg-code = センターからもらった一回限りのコード
help-sync = 今すぐセンターと一回同期します
help-serve = ノードを動かします。終了の合図（SIGTERM）を受けるまで動き続けます
help-status = 持っているデータ、その新しさ、ノードの状態を表示します
help-scrub = 保存しているデータをすべて読み直し、壊れていないか確かめます
help-doctor = この機械とフォルダーの設定に問題がないか調べます
init-done = データフォルダー { $path } を作りました。記録に署名する鍵：{ $key }
