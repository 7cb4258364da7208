# 地域の情報担当者の画面：ノードの状態。

page-status-title = ノードの状態
page-status-well = 異常ありません。災害のとき、このノードは使えます。
page-status-look = 使えますが、確かめてほしいことがあります。
page-status-wrong = このままでは災害のときに使えません。「異常」の行に対応してください。
page-status-mark-look = 注意
page-status-mark-wrong = 異常
page-status-part-node = ノード
page-status-part-data = データ
page-status-part-journal = 証跡（閲覧の証拠）
page-status-part-line = センターとの回線
page-status-part-machine = 機械
page-status-reload = この画面は 30 秒ごとに新しくなります。患者に関することは出ません。
